//! Base64url without padding (RFC 7515 section 2), encoded in place.

pub mod decode;

use core::cell::Cell;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Characters that `len` bytes encode to.
pub const fn encoded_len(len: usize) -> usize {
    len / 3 * 4 + (len % 3 * 4).div_ceil(3)
}

/// The end of `text`, as long as the bytes that encode to so many characters.
pub fn bytes_of(text: &mut [u8]) -> &mut [u8] {
    let len = decode::decoded_len(text.len()).unwrap_or_default();
    text.get_mut(text.len().wrapping_sub(len)..).unwrap_or_default()
}

/// Turns the bytes that stand in [`bytes_of`] a text into the text, unused bits zero.
///
/// The characters never overtake what is still to be read: three bytes stand further behind by one for each group before
/// them, which takes a byte more once it is encoded.
pub fn encode_in_place(text: &mut [u8]) {
    let start = text.len().wrapping_sub(bytes_of(text).len());
    let text = Cell::from_mut(text).as_slice_of_cells();
    let bytes = text.get(start..).unwrap_or_default();
    for (group, characters) in bytes.chunks(3).zip(text.chunks(4)) {
        let bytes = core::array::from_fn::<u8, 3, _>(|index| group.get(index).map_or(0, Cell::get));
        let mut encoded = [0; 4];
        // Three bytes to four characters: the package's error, a text too short, does not occur, and its panics are seen to be
        // out of reach.
        let _ = URL_SAFE_NO_PAD.encode_slice(bytes, &mut encoded);
        for (character, encoded) in characters.iter().zip(encoded) {
            character.set(encoded);
        }
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding};

    use super::*;

    #[test]
    fn texts_are_as_another_encoder_has_them() {
        let mut bytes = [0_u8; 200];
        for (round, len) in (0..=bytes.len()).flat_map(|len| (0..8).map(move |round| (round, len))) {
            for (index, byte) in bytes.iter_mut().enumerate() {
                *byte = (index as u8).wrapping_mul(89).wrapping_add(*byte) ^ round;
            }
            let mut text = [0x5a; 300];
            let text = &mut text[..encoded_len(len)];
            bytes_of(text).copy_from_slice(&bytes[..len]);
            encode_in_place(text);
            let mut expected = [0; 300];
            let expected = Base64UrlUnpadded::encode(&bytes[..len], &mut expected).expect("room");
            assert_eq!(expected.as_bytes(), text);
        }
    }
}
