//! The attach message, read by a strict JSON reader that is not ours.

use std::ptr::null_mut;

use jwt_mint::ffi::attach::jwt_attach_message;
use jwt_mint::ffi::types::jwt_str;
use jwt_mint::status::Status;

fn attach(token: &str) -> String {
    let token = jwt_str { ptr: token.as_ptr().cast(), len: token.len() };
    let mut len = 0;
    // SAFETY: as C calls it: the pointers last for the call.
    unsafe {
        assert_eq!(jwt_attach_message(token, null_mut(), 0, &raw mut len), Status::JWT_OK);
        let mut out = vec![0x5a_u8; len + 1];
        assert_eq!(jwt_attach_message(token, out.as_mut_ptr().cast(), out.len(), &raw mut len), Status::JWT_OK);
        assert_eq!(out.pop(), Some(0));
        assert_eq!(out.len(), len);
        String::from_utf8(out).expect("UTF-8")
    }
}

fn hold(token: &str) {
    let message = attach(token);
    let read: serde_json::Value = serde_json::from_str(&message).unwrap_or_else(|why| panic!("{why}: {message}"));
    assert_eq!(read, serde_json::json!({ "authorization": token }));
}

#[test]
fn message_holds_the_token_and_nothing_else() {
    let token = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJteS1wcm9qZWN0In0.x-_";
    hold(token);
    assert_eq!(attach(token), format!("{{\"authorization\":\"{token}\"}}"));
    hold(&"t".repeat(65_535));
}

#[test]
fn message_is_json_whatever_the_token_is() {
    for character in ('\0'..='\u{7ff}').chain(['\u{2028}', '\u{feff}', '\u{ffff}', '\u{10ffff}']) {
        hold(&character.to_string().repeat(3));
    }
    hold("\",\"authorization\":\"");
}
