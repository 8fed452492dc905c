//! Base64url without padding, decoded by RFC 7515 section 2 to the letter: its alphabet and nothing else, unused bits zero.
//! What is decoded is public, so speed and addresses may depend on it.

/// Bytes that `len` characters decode to; `None` where no bytes encode to so many.
pub const fn decoded_len(len: usize) -> Option<usize> {
    if len % 4 == 1 { None } else { Some(len / 4 * 3 + len % 4 * 3 / 4) }
}

/// Decodes `text` to the front of `out` and returns what was written; `None` where it is not base64url, or `out` is shorter
/// than [`decoded_len`].
pub fn decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o mut [u8]> {
    let out = out.get_mut(..decoded_len(text.len())?)?;
    let mut room = out.iter_mut();
    let mut bits: u32 = 0;
    let mut count = 0;
    for &character in text {
        bits = bits << 6 | digit(character)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            *room.next()? = (bits >> count) as u8;
            bits &= (1 << count) - 1;
        }
    }
    (bits == 0).then_some(out)
}

fn digit(character: u8) -> Option<u32> {
    let digit = match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(digit))
}
