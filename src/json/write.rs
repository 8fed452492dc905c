//! One object as JSON, written member by member into its place, or nowhere at all while it is only measured.

use crate::json::{Members, Value};
use crate::status::Status;

/// As many as `18446744073709551615` has.
const DIGITS_MAX: usize = 20;

/// Writes an object to the front of `room` and returns its length; what there is no room for is only counted. So the
/// length that is asked for is the length that is written.
pub fn write(members: &dyn Members, room: &mut [u8]) -> Result<usize, Status> {
    let mut object = ObjectWriter { room, len: 0 };
    object.put(b"{");
    members.write(&mut object)?;
    object.put(b"}");
    Ok(object.len)
}

/// Takes the members of one object.
pub struct ObjectWriter<'r> {
    room: &'r mut [u8],
    /// Of what was put, also where there is no room for it.
    len: usize,
}

impl ObjectWriter<'_> {
    pub fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.quoted(text);
    }

    /// A text that must not be empty.
    pub fn required(&mut self, name: &str, text: &str) -> Result<(), Status> {
        if text.is_empty() {
            return Err(Status::JWT_ERR_EMPTY_CLAIM);
        }
        self.text(name, text);
        Ok(())
    }

    pub fn integer(&mut self, name: &str, number: i64) {
        self.name(name);
        if number < 0 {
            self.put(b"-");
        }
        self.digits(number.unsigned_abs());
    }

    pub fn value(&mut self, name: &str, value: Value<'_>) {
        match value {
            Value::Text(text) => self.text(name, text),
            Value::Integer(number) => self.integer(name, number),
            Value::Unsigned(number) => {
                self.name(name);
                self.digits(number);
            }
            Value::Boolean(truth) => {
                self.name(name);
                self.put(if truth { b"true" } else { b"false" });
            }
            Value::Json(json) => {
                self.name(name);
                self.put(json.as_bytes());
            }
        }
    }

    fn name(&mut self, name: &str) {
        // Behind the brace and another member.
        if self.len > 1 {
            self.put(b",");
        }
        self.quoted(name);
        self.put(b":");
    }

    /// A text or a name (RFC 8259 section 7). What need not be escaped goes out as it is.
    fn quoted(&mut self, text: &str) {
        self.put(b"\"");
        for &byte in text.as_bytes() {
            match (short_escape(byte), byte) {
                (Some(letter), _) => self.put(&[b'\\', letter]),
                (None, 0..0x20) => self.put(&[b'\\', b'u', b'0', b'0', hex_digit(byte >> 4), hex_digit(byte & 0xf)]),
                (None, _) => self.put(&[byte]),
            }
        }
        self.put(b"\"");
    }

    fn digits(&mut self, number: u64) {
        let mut digits = [b'0'; DIGITS_MAX];
        let mut start = DIGITS_MAX;
        let mut rest = number;
        for digit in digits.iter_mut().rev() {
            let last;
            (rest, last) = divide_by_ten(rest);
            *digit = b'0' + last;
            start -= 1;
            if rest == 0 {
                break;
            }
        }
        self.put(digits.get(start..).unwrap_or_default());
    }

    #[inline(never)]
    fn put(&mut self, text: &[u8]) {
        for (place, &byte) in self.room.get_mut(self.len..).unwrap_or_default().iter_mut().zip(text) {
            *place = byte;
        }
        self.len = self.len.saturating_add(text.len());
    }
}

/// The quotient and the remainder. By 32 bits at a time: a division of 64 bits would link a function larger than all of this.
const fn divide_by_ten(number: u64) -> (u64, u8) {
    let (high, low) = ((number >> 32) as u32, number as u32);
    let middle = ((high % 10) << 16) | (low >> 16);
    let lowest = ((middle % 10) << 16) | (low & 0xffff);
    let quotient = ((middle / 10) << 16) | (lowest / 10);
    (((high / 10) as u64) << 32 | quotient as u64, (lowest % 10) as u8)
}

/// What follows the backslash, for the characters that have an escape of two characters. The solidus needs none.
const fn short_escape(byte: u8) -> Option<u8> {
    match byte {
        b'"' | b'\\' => Some(byte),
        0x08 => Some(b'b'),
        b'\t' => Some(b't'),
        b'\n' => Some(b'n'),
        0x0c => Some(b'f'),
        b'\r' => Some(b'r'),
        _ => None,
    }
}

/// For a digit below 16.
const fn hex_digit(digit: u8) -> u8 {
    if digit < 10 { b'0' + digit } else { b'A' - 10 + digit }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::String;

    use super::*;

    struct One<'a>(&'a str, Value<'a>);

    impl Members for One<'_> {
        fn write(&self, object: &mut ObjectWriter<'_>) -> Result<(), Status> {
            object.value(self.0, self.1);
            Ok(())
        }
    }

    /// The object of one member, and the same by `serde-json-core`, which does not escape names.
    fn compare(name: &str, value: Value<'_>, expected: &impl serde::Serialize) {
        let mut room = [0; 100];
        let len = write(&One(name, value), &mut room).expect("an object");
        let written = room[..len].to_vec();
        let text = |value: &dyn Fn(&mut [u8]) -> usize| {
            let mut buffer = [0; 100];
            let len = value(&mut buffer);
            String::from_utf8(buffer[..len].to_vec()).expect("UTF-8")
        };
        let name = text(&|buffer| serde_json_core::to_slice(name, buffer).expect("room"));
        let value = text(&|buffer| serde_json_core::to_slice(expected, buffer).expect("room"));
        assert_eq!(String::from_utf8(written).expect("UTF-8"), std::format!("{{{name}:{value}}}"));
    }

    #[test]
    fn texts_and_names_are_as_another_writer_has_them() {
        for character in ('\0'..='\u{2ff}').chain(['\u{2028}', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10ffff}']) {
            let text = std::format!("a{character}{character}z");
            compare(&text, Value::Text(&text), &text.as_str());
        }
        compare("", Value::Text(""), &"");
    }

    #[test]
    fn numbers_and_truths_are_as_another_writer_has_them() {
        for shift in 0..64 {
            for number in [0, 1, 9, 10, 11, u64::MAX].map(|near| near.rotate_left(shift)) {
                compare("number", Value::Unsigned(number), &number);
                compare("number", Value::Integer(number.cast_signed()), &number.cast_signed());
            }
        }
        let mut power: u64 = 1;
        while let Some(next) = power.checked_mul(10) {
            compare("number", Value::Unsigned(next), &next);
            compare("number", Value::Unsigned(next - 1), &(next - 1));
            power = next;
        }
        for extreme in [i64::MIN, i64::MAX] {
            compare("number", Value::Integer(extreme), &extreme);
        }
        compare("truth", Value::Boolean(true), &true);
        compare("truth", Value::Boolean(false), &false);
    }
}
