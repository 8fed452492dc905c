//! Is a text exactly one JSON value by RFC 8259? A pass without recursion and with bounded nesting; nothing is kept.

use crate::status::Status;

/// How deep arrays and objects may nest. One bit of a word each.
pub const DEPTH_MAX: u32 = 32;

/// What may stand next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    /// A value, or `]` of an empty array.
    ValueOrEnd,
    /// A name, or `}` of an empty object.
    NameOrEnd,
    Name,
    /// `,` or the end of the container; at depth 0 the end of the text.
    CommaOrEnd,
}

/// `Ok` when `text` is one JSON value, with white space around it allowed, and nests no deeper than [`DEPTH_MAX`].
/// Escaped surrogates must come in pairs, because a lone one is no character. Names are not compared.
pub fn one_value(text: &str) -> Result<(), Status> {
    scan(text.as_bytes()).ok_or(Status::JWT_ERR_JSON)
}

fn scan(text: &[u8]) -> Option<()> {
    let mut cursor = Cursor { rest: text };
    // Bit i tells whether the container at depth i is an object.
    let mut objects: u32 = 0;
    let mut depth: u32 = 0;
    let mut expect = Expect::Value;
    loop {
        cursor.skip_white_space();
        let Some(byte) = cursor.next() else {
            return (depth == 0 && expect == Expect::CommaOrEnd).then_some(());
        };
        expect = match (expect, byte) {
            (Expect::Value | Expect::ValueOrEnd, b'{' | b'[') => {
                if depth == DEPTH_MAX {
                    return None;
                }
                let bit = 1_u32.checked_shl(depth)?;
                objects = if byte == b'{' { objects | bit } else { objects & !bit };
                depth += 1;
                if byte == b'{' { Expect::NameOrEnd } else { Expect::ValueOrEnd }
            }
            (Expect::ValueOrEnd, b']') | (Expect::NameOrEnd, b'}') => {
                depth = depth.checked_sub(1)?;
                Expect::CommaOrEnd
            }
            (Expect::NameOrEnd | Expect::Name, b'"') => {
                cursor.string()?;
                cursor.skip_white_space();
                cursor.literal(b":")?;
                Expect::Value
            }
            (Expect::CommaOrEnd, _) => {
                let inner = depth.checked_sub(1)?;
                let in_object = objects.checked_shr(inner)? & 1 == 1;
                match (byte, in_object) {
                    (b',', true) => Expect::Name,
                    (b',', false) => Expect::Value,
                    (b'}', true) | (b']', false) => {
                        depth = inner;
                        Expect::CommaOrEnd
                    }
                    _ => return None,
                }
            }
            (Expect::Value | Expect::ValueOrEnd, _) => {
                cursor.scalar(byte)?;
                Expect::CommaOrEnd
            }
            _ => return None,
        };
    }
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn next(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn literal(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.next();
        }
    }

    /// A value that is no container, whose first byte is already taken.
    fn scalar(&mut self, first: u8) -> Option<()> {
        match first {
            b'"' => self.string(),
            b't' => self.literal(b"rue"),
            b'f' => self.literal(b"alse"),
            b'n' => self.literal(b"ull"),
            b'-' | b'0'..=b'9' => self.number(first),
            _ => None,
        }
    }

    /// RFC 8259 section 6.
    fn number(&mut self, first: u8) -> Option<()> {
        let lead = if first == b'-' { self.next()? } else { first };
        match lead {
            b'0' => {}
            b'1'..=b'9' => self.skip_digits(),
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.next();
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.next();
            if let Some(b'+' | b'-') = self.peek() {
                self.next();
            }
            self.digits()?;
        }
        Some(())
    }

    fn skip_digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.next();
        }
    }

    /// At least one digit.
    fn digits(&mut self) -> Option<()> {
        let (b'0'..=b'9') = self.next()? else { return None };
        self.skip_digits();
        Some(())
    }

    /// RFC 8259 section 7, from behind the opening quote to behind the closing one.
    fn string(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                0..=0x1f => return None,
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => match self.hex4()? {
                0xd800..=0xdbff => {
                    self.literal(b"\\u")?;
                    matches!(self.hex4()?, 0xdc00..=0xdfff).then_some(())
                }
                0xdc00..=0xdfff => None,
                _ => Some(()),
            },
            _ => None,
        }
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.next()?).to_digit(16)?;
        }
        Some(unit)
    }
}
