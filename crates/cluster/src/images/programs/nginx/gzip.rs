//! `gzip on`: answers in gzip's format, for who accepts that.
//!
//! The format is real, the blocks are stored: whoever unpacks them gets the content, nothing becomes smaller.

use podground_programs::http::{Request, Response};

use super::model::Scope;

/// nginx' own minimum.
const MIN_LENGTH: usize = 20;

/// Packs an answer if configuration, request and content call for it.
// Upstream: src/http/modules/ngx_http_gzip_filter_module.c ngx_http_gzip_header_filter
pub(super) fn pack(request: &Request, scope: &Scope, response: &mut Response) {
    let kind = response.headers.get("Content-Type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let right_kind =
        kind == "text/html" || scope.gzip_types.iter().any(|known| known == kind || known == "*");
    let wanted = scope.gzip
        && matches!(response.status, 200 | 403 | 404)
        && right_kind
        && response.body.len() >= MIN_LENGTH
        && request.version != "HTTP/1.0"
        && request.headers.has_token("Accept-Encoding", "gzip")
        && response.headers.get("Content-Encoding").is_none();
    if !wanted {
        return;
    }
    response.headers.remove("Content-Length");
    response.headers.remove("Accept-Ranges");
    if let Some(tag) = response.headers.get("ETag").map(str::to_owned) {
        response.headers.set("ETag", format!("W/{tag}"));
    }
    response.headers.add("Content-Encoding", "gzip");
    if request.method == "HEAD" {
        response.body = Vec::new();
        return;
    }
    let packed = gzip(&response.body);
    response.headers.add("Transfer-Encoding", "chunked");
    response.body = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
}

// RFC 1952 with the stored blocks of RFC 1951.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let count = bytes.len().div_ceil(0xffff).max(1);
    for index in 0..count {
        let block = &bytes[index * 0xffff..bytes.len().min((index + 1) * 0xffff)];
        let length = block.len() as u16;
        packed.push(u8::from(index + 1 == count));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(block);
    }
    packed.extend(crc32(bytes).to_le_bytes());
    packed.extend((bytes.len() as u32).to_le_bytes());
    packed
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let packed = gzip(&vec![7; 70_000]);
        assert_eq!(packed.len(), 10 + 2 * 5 + 70_000 + 8);
        assert_eq!(packed[10..15], [0, 0xff, 0xff, 0, 0]);
    }
}
