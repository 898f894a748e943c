//! JSON Web Tokens, signed with HMAC-SHA256, and the passwords one gets them for.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use podground_programs::http::Request;
use podground_sim::Time;
use serde_json::{Value, json};
use sha2::Sha256;

/// How long a token is good.
const SECONDS: u64 = 72 * 3600;

/// Name and password of HTTP's Basic authentication.
pub(super) fn basic(request: &Request) -> Option<(String, String)> {
    let field = request.headers.get("Authorization")?;
    let (scheme, text) = field.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = BASE64_STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}

/// A token for the app's only user.
pub(super) fn issue(secret: &str, now: Time) -> String {
    let seconds = now.unix_seconds();
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let claims = json!({
        "email": "user@example.com", "exp": seconds + SECONDS, "iat": seconds, "iss": "auth.service", "sub": "user",
    });
    let signed = format!("{}.{}", encode(&header), encode(&claims));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(mac(secret, &signed).finalize().into_bytes());
    format!("{signed}.{signature}")
}

/// Whether a request brings a token that was signed with `secret` and is not expired.
pub(super) fn verify(request: &Request, secret: &str, now: Time) -> bool {
    let Some((scheme, token)) = request.headers.get("Authorization").and_then(|field| field.split_once(' '))
    else {
        return false;
    };
    let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let part = |text: &str| decode(text).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let Some((signed, signature)) = token.trim().rsplit_once('.') else { return false };
    let Some((header, claims)) = signed.split_once('.') else { return false };
    let (Some(header), Some(claims), Some(signature)) = (part(header), part(claims), decode(signature))
    else {
        return false;
    };
    let current = claims.get("exp").and_then(Value::as_u64).is_none_or(|end| now.unix_seconds() <= end);
    scheme.eq_ignore_ascii_case("bearer")
        && header.get("alg").and_then(Value::as_str) == Some("HS256")
        && mac(secret, signed).verify_slice(&signature).is_ok()
        && current
}

fn mac(secret: &str, text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_three_days_and_for_its_secret() {
        let now = Time::from_unix_seconds(1_767_225_600);
        let token = issue("secret", now);
        assert!(token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."));
        let request = |token: &str| {
            Request::new("GET", "/secure").with_header("Authorization", format!("Bearer {token}"))
        };
        assert!(verify(&request(&token), "secret", now));
        assert!(!verify(&request(&token), "other", now));
        assert!(!verify(&request(&token), "secret", Time::from_unix_seconds(1_767_225_600 + SECONDS + 1)));
        assert!(!verify(&request(&format!("{token}x")), "secret", now));
        assert!(!verify(&Request::new("GET", "/secure"), "secret", now));
    }

    #[test]
    fn the_mac_is_that_of_rfc_4231() {
        let bytes = mac("Jefe", "what do ya want for nothing?").finalize().into_bytes();
        assert_eq!(bytes[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }
}
