//! One JSON object, read where it stands: its members by name, and texts without their escapes.

use core::iter::from_fn;
use core::ops::Range;

use super::scan::Cursor;
use crate::status::Status;

/// A text in JSON, without its quotes and still escaped.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    escaped: &'a str,
}

impl<'a> Text<'a> {
    /// The text that a value is, where it is one.
    pub fn of(value: &'a str) -> Option<Self> {
        let escaped = value.strip_prefix('"')?.strip_suffix('"')?;
        Some(Self { escaped })
    }

    /// Its characters, unescaped.
    pub fn chars(self) -> impl Iterator<Item = char> + use<'a> {
        let mut cursor = Cursor::new(self.escaped);
        from_fn(move || cursor.character())
    }

    pub fn is(self, text: &str) -> bool {
        self.chars().eq(text.chars())
    }

    /// Whether two are the same without their escapes.
    fn is_same(self, other: Self) -> bool {
        let has_escapes = |text: Self| text.escaped.bytes().any(|byte| byte == b'\\');
        self.escaped == other.escaped || (has_escapes(self) || has_escapes(other)) && self.chars().eq(other.chars())
    }

    /// Its length in bytes, unescaped.
    pub fn len(self) -> usize {
        self.chars().map(char::len_utf8).sum()
    }

    /// Where it stands, still escaped, in the JSON that starts at the address `start`.
    pub fn range(self, start: usize) -> Range<usize> {
        let offset = self.escaped.as_ptr().addr().wrapping_sub(start);
        offset..offset.wrapping_add(self.escaped.len())
    }

    /// Writes it unescaped to the front of `out`, which has room for [`Self::len`] bytes.
    pub fn write(self, out: &mut [u8]) {
        let mut room = out.iter_mut();
        for character in self.chars() {
            for (byte, place) in character.encode_utf8(&mut [0; 4]).bytes().zip(room.by_ref()) {
                *place = byte;
            }
        }
    }
}

/// Replaces an escaped text by the text itself, at its front; returns its length. Unescaped, no character is longer.
pub fn unescape_in_place(escaped: &mut [u8]) -> usize {
    /// A pair of surrogates.
    const LONGEST: usize = "\\ud83d\\ude00".len();
    let (mut read, mut written) = (0, 0);
    while let Some(rest) = escaped.get(read..) {
        let window = rest.get(..LONGEST).unwrap_or(rest);
        let mut cursor = Cursor::new(window.utf8_chunks().next().map_or("", |chunk| chunk.valid()));
        let Some(character) = cursor.character() else { break };
        read += cursor.at();
        for (&byte, place) in character.encode_utf8(&mut [0; 4]).as_bytes().iter().zip(escaped.iter_mut().skip(written))
        {
            *place = byte;
            written += 1;
        }
    }
    written
}

/// The texts of a value that is a text or an array; `None` in the place of whatever is no text.
pub fn texts(value: &str) -> impl Iterator<Item = Option<Text<'_>>> {
    let mut cursor = Cursor::new(value);
    let mut is_open = true;
    let is_array = cursor.literal("[").is_some();
    from_fn(move || {
        cursor.skip_white_space();
        if !is_open || (is_array && cursor.peek() == Some(b']')) {
            return None;
        }
        let text = cursor.value().and_then(Text::of);
        cursor.skip_white_space();
        is_open = is_array && cursor.literal(",").is_some();
        Some(text)
    })
}

/// An object that is JSON as a whole and bears no name twice.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    text: &'a str,
}

impl<'a> Object<'a> {
    /// Reads an object of at most `members_max` members. Names are compared as they are without their escapes, and only
    /// those of the object itself, not of objects in it. Every name is held against all others, hence the limit.
    pub fn parse(text: &'a str, members_max: usize) -> Result<Self, Status> {
        let object = Self::of_form(text).filter(|object| object.members().count() <= members_max);
        let object = object.ok_or(Status::JWT_REJECT_MALFORMED)?;
        if object.has_duplicate() { Err(Status::JWT_REJECT_DUPLICATE_NAME) } else { Ok(object) }
    }

    /// An object whose names have not been compared.
    pub fn of_form(text: &'a str) -> Option<Self> {
        let mut members = Members::new(text)?;
        while members.next()?.is_some() {}
        Some(Self { text })
    }

    /// Goes through the text once for each [`NAMES`] members.
    fn has_duplicate(&self) -> bool {
        let mut start = 0;
        loop {
            let mut names = [Text { escaped: "" }; NAMES];
            let mut len = 0;
            for (name, _) in self.members().skip(start) {
                if names.iter().take(len).any(|earlier| earlier.is_same(name)) {
                    return true;
                }
                if let Some(place) = names.get_mut(len) {
                    *place = name;
                    len += 1;
                }
            }
            if len < NAMES {
                return false;
            }
            start += NAMES;
        }
    }

    /// The value of the member of that name, as JSON.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.members().find(|(found, _)| found.is(name)).map(|(_, value)| value)
    }

    fn members(&self) -> impl Iterator<Item = (Text<'a>, &'a str)> + use<'a> {
        let mut members = Members::new(self.text);
        from_fn(move || members.as_mut()?.next().flatten())
    }
}

/// Names that are held against all others at a time.
const NAMES: usize = 16;

/// The members of an object, one after the other.
struct Members<'a> {
    cursor: Cursor<'a>,
    is_first: bool,
}

impl<'a> Members<'a> {
    fn new(text: &'a str) -> Option<Self> {
        let mut cursor = Cursor::new(text);
        cursor.skip_white_space();
        cursor.literal("{")?;
        Some(Self { cursor, is_first: true })
    }

    /// The next member; `Some(None)` at the end of the text, where that is also the end of the object.
    fn next(&mut self) -> Option<Option<(Text<'a>, &'a str)>> {
        let cursor = &mut self.cursor;
        cursor.skip_white_space();
        if cursor.literal("}").is_some() {
            cursor.skip_white_space();
            return cursor.is_at_end().then_some(None);
        }
        if !self.is_first {
            cursor.literal(",")?;
            cursor.skip_white_space();
        }
        self.is_first = false;
        let escaped = cursor.name()?;
        Some(Some((Text { escaped }, cursor.value()?)))
    }
}
