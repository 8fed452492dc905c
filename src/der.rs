//! DER (X.690 section 10): just enough to take keys and signatures apart. Strict on lengths and integers; holds nothing.

use crate::copy::copy;

pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const NULL: u8 = 0x05;
pub const OBJECT_IDENTIFIER: u8 = 0x06;
pub const SEQUENCE: u8 = 0x30;

/// The tag of the constructed context-specific element `[number]`.
pub const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// Reads elements one after the other. `None` means that what comes is not what was asked for, or not DER.
#[derive(Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(der: &'a [u8]) -> Self {
        Self { rest: der }
    }

    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The tag of the next element.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The contents of the next element, which must bear `tag`.
    pub fn element(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&found, rest) = self.rest.split_first()?;
        if found != tag {
            return None;
        }
        let (len, rest) = length(rest)?;
        let (contents, rest) = rest.split_at_checked(len)?;
        self.rest = rest;
        Some(contents)
    }

    /// Goes into the next element, which must bear `tag`, and may be cut short.
    pub fn enter(&mut self, tag: u8) -> Option<()> {
        self.rest = length(self.rest.strip_prefix(&[tag])?)?.1;
        Some(())
    }

    /// The contents of the next element, where it bears `tag`; else nothing is taken.
    pub fn optional(&mut self, tag: u8) -> Option<Option<&'a [u8]>> {
        if self.peek() == Some(tag) { self.element(tag).map(Some) } else { Some(None) }
    }

    /// An INTEGER that is not negative, without leading zero bytes; zero is the empty slice.
    pub fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.element(INTEGER)? {
            [0] => Some(&[]),
            [0, magnitude @ ..] if magnitude.first()? & 0x80 != 0 => Some(magnitude),
            magnitude @ [first, ..] if *first != 0 && first & 0x80 == 0 => Some(magnitude),
            _ => None,
        }
    }

    /// A BIT STRING of whole bytes.
    pub fn bit_string(&mut self) -> Option<&'a [u8]> {
        self.element(BIT_STRING)?.strip_prefix(&[0])
    }
}

/// A definite length in its shortest form, up to 65,535.
fn length(der: &[u8]) -> Option<(usize, &[u8])> {
    match der {
        [len @ 0..=0x7f, rest @ ..] => Some((usize::from(*len), rest)),
        [0x81, len @ 0x80..=0xff, rest @ ..] => Some((usize::from(*len), rest)),
        [0x82, high @ 1..=0xff, low, rest @ ..] => Some((usize::from(*high) << 8 | usize::from(*low), rest)),
        _ => None,
    }
}

/// Writes a big-endian number right-aligned into `field`, zeros before it; `None` where it is too long.
pub fn pad_left(number: &[u8], field: &mut [u8]) -> Option<()> {
    let start = field.len().checked_sub(number.len())?;
    let (zeros, digits) = field.split_at_mut_checked(start)?;
    zeros.fill(0);
    copy(digits, number);
    Some(())
}
