//! One JSON object, written member by member into a stream. Nothing is buffered but one escaped character or number.

use crate::json::{Member, Value};

/// The longest piece: `-9223372036854775808` or `18446744073709551615`. An escaped character with its quotes takes 8.
const PIECE: usize = 20;

/// Writes the members of one object to `put`.
pub struct ObjectWriter<'a> {
    put: &'a mut dyn FnMut(&[u8]),
    first: bool,
}

impl<'a> ObjectWriter<'a> {
    pub fn new(put: &'a mut dyn FnMut(&[u8])) -> Self {
        put(b"{");
        Self { put, first: true }
    }

    pub fn member(&mut self, member: &Member<'_>) {
        if !self.first {
            (self.put)(b",");
        }
        self.first = false;
        self.text(member.name);
        (self.put)(b":");
        match member.value {
            Value::Text(text) => self.text(text),
            Value::Integer(number) => self.scalar(&number),
            Value::Unsigned(number) => self.scalar(&number),
            Value::Boolean(truth) => self.scalar(&truth),
            Value::Json(json) => (self.put)(json.as_bytes()),
        }
    }

    pub fn finish(self) {
        (self.put)(b"}");
    }

    /// A text or a name. The package escapes into a slice, so it is given one character at a time: a text of any length
    /// passes through a buffer of fixed size, and names are escaped as values are, which the package alone does not do.
    fn text(&mut self, text: &str) {
        (self.put)(b"\"");
        let mut utf8 = [0; 4];
        for character in text.chars() {
            let mut piece = [0; PIECE];
            let quoted = serialize(&*character.encode_utf8(&mut utf8), &mut piece);
            if let [b'"', escaped @ .., b'"'] = quoted {
                (self.put)(escaped);
            }
        }
        (self.put)(b"\"");
    }

    fn scalar(&mut self, value: &impl serde::Serialize) {
        let mut piece = [0; PIECE];
        (self.put)(serialize(value, &mut piece));
    }
}

/// `PIECE` bytes hold every value that is passed here, so the package's only error, a full buffer, does not occur.
fn serialize<'b>(value: &(impl serde::Serialize + ?Sized), piece: &'b mut [u8; PIECE]) -> &'b [u8] {
    let len = serde_json_core::to_slice(value, piece).unwrap_or_default();
    piece.get(..len).unwrap_or_default()
}
