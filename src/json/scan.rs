//! The one strict reading of RFC 8259: a cursor that passes over values and over nothing else. No recursion, bounded
//! nesting; nothing is kept.

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
    /// `,` or the end of the container; at depth 0 the end of the value.
    CommaOrEnd,
}

/// A place in a text. Every `None` means that what comes is not what was asked for.
#[derive(Clone)]
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub const fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// How many bytes it has passed over.
    pub const fn at(&self) -> usize {
        self.at
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Passes over `word`.
    pub fn literal(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then_some(())?;
        self.at += word.len();
        Some(())
    }

    pub fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Passes over one value that nests no deeper than [`DEPTH_MAX`], and returns its text. White space may stand before it.
    pub fn value(&mut self) -> Option<&'a str> {
        self.skip_white_space();
        let start = self.at;
        // Bit i tells whether the container at depth i is an object.
        let mut objects: u32 = 0;
        let mut depth: u32 = 0;
        let mut expect = Expect::Value;
        while depth != 0 || expect != Expect::CommaOrEnd {
            self.skip_white_space();
            let byte = self.peek()?;
            expect = match (expect, byte) {
                (Expect::Value | Expect::ValueOrEnd, b'{' | b'[') => {
                    if depth == DEPTH_MAX {
                        return None;
                    }
                    self.next();
                    let bit = 1_u32.checked_shl(depth)?;
                    objects = if byte == b'{' { objects | bit } else { objects & !bit };
                    depth += 1;
                    if byte == b'{' { Expect::NameOrEnd } else { Expect::ValueOrEnd }
                }
                (Expect::ValueOrEnd, b']') | (Expect::NameOrEnd, b'}') => {
                    self.next();
                    depth = depth.checked_sub(1)?;
                    Expect::CommaOrEnd
                }
                (Expect::NameOrEnd | Expect::Name, _) => {
                    self.name()?;
                    Expect::Value
                }
                (Expect::CommaOrEnd, _) => {
                    self.next();
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
                    self.scalar(byte)?;
                    Expect::CommaOrEnd
                }
            };
        }
        self.text.get(start..self.at)
    }

    /// Passes over a name and its colon, and returns the name, still escaped.
    pub fn name(&mut self) -> Option<&'a str> {
        let name = self.string()?;
        self.skip_white_space();
        self.literal(":")?;
        Some(name)
    }

    /// A value that is no container.
    fn scalar(&mut self, first: u8) -> Option<()> {
        match first {
            b'"' => self.string().map(|_| ()),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => self.number(),
        }
    }

    /// RFC 8259 section 6.
    fn number(&mut self) -> Option<()> {
        if self.peek() == Some(b'-') {
            self.next();
        }
        match self.next()? {
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

    /// Passes over a string (RFC 8259 section 7), and returns what stands between the quotes, still escaped.
    fn string(&mut self) -> Option<&'a str> {
        self.literal("\"")?;
        let start = self.at;
        while self.peek()? != b'"' {
            self.character()?;
        }
        let escaped = self.text.get(start..self.at);
        self.next();
        escaped
    }

    /// The next character of a string, unescaped. Surrogates must come in pairs, because a lone one is no character.
    pub fn character(&mut self) -> Option<char> {
        let character = self.text.get(self.at..)?.chars().next()?;
        self.at += character.len_utf8();
        match character {
            '\\' => self.escape(),
            '\0'..='\x1f' => None,
            _ => Some(character),
        }
    }

    fn escape(&mut self) -> Option<char> {
        match self.next()? {
            character @ (b'"' | b'\\' | b'/') => Some(char::from(character)),
            b'b' => Some('\x08'),
            b'f' => Some('\x0c'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'u' => match self.hex4()? {
                high @ 0xd800..=0xdbff => {
                    self.literal("\\u")?;
                    let low @ 0xdc00..=0xdfff = self.hex4()? else { return None };
                    char::from_u32(0x10000 + ((high & 0x3ff) << 10 | low & 0x3ff))
                }
                unit => char::from_u32(unit),
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
