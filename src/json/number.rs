//! A JSON number (RFC 8259 section 6) as what it is exactly, without floating point: `1.7e9` is 1700000000.

/// The part of a number before its decimal point, and whether anything is behind it.
pub struct Number {
    is_negative: bool,
    whole: u64,
    has_fraction: bool,
}

impl Number {
    /// The number that a JSON value is; `None` where it is none, or beyond 64 bits.
    pub fn of(value: &str) -> Option<Self> {
        let (is_negative, magnitude) = match value.strip_prefix('-') {
            Some(magnitude) => (true, magnitude),
            None => (false, value),
        };
        magnitude.starts_with(|first: char| first.is_ascii_digit()).then_some(())?;
        let (mantissa, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
        let (digits, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // How many digits stand before the point once the exponent has moved it. Lengths are those of texts in memory.
        let before_point = (digits.len() as i64).saturating_add(saturating(exponent));

        let mut number = Self { is_negative, whole: 0, has_fraction: false };
        let mut place = 0;
        for digit in digits.bytes().chain(decimals.bytes()) {
            let digit = u64::from(digit.wrapping_sub(b'0'));
            if place < before_point {
                number.whole = number.whole.checked_mul(10)?.checked_add(digit)?;
            } else if digit != 0 {
                number.has_fraction = true;
            }
            place += 1;
        }
        while place < before_point && number.whole != 0 {
            number.whole = number.whole.checked_mul(10)?;
            place += 1;
        }
        Some(number)
    }

    /// The number, where it is an integer of 64 bits with a sign.
    pub fn integer(&self) -> Option<i64> {
        if self.has_fraction {
            return None;
        }
        if self.is_negative { 0_i64.checked_sub_unsigned(self.whole) } else { i64::try_from(self.whole).ok() }
    }

    /// The greatest integer that is no greater; `None` where the number is negative or beyond 63 bits.
    pub fn floor(&self) -> Option<i64> {
        let is_below_zero = self.is_negative && (self.whole != 0 || self.has_fraction);
        if is_below_zero { None } else { i64::try_from(self.whole).ok() }
    }

    /// The least integer that is no less; `None` as for [`Self::floor`].
    pub fn ceil(&self) -> Option<i64> {
        self.floor()?.checked_add(i64::from(self.has_fraction))
    }
}

/// The value of an exponent with or without a sign. One that is too great for its type is as good as the greatest.
fn saturating(exponent: &str) -> i64 {
    let (is_negative, digits) = match exponent.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let magnitude = digits.bytes().fold(0_i64, |magnitude, digit| {
        magnitude.saturating_mul(10).saturating_add(i64::from(digit.wrapping_sub(b'0')))
    });
    if is_negative { 0_i64.saturating_sub(magnitude) } else { magnitude }
}
