//! Names that say what is in their files.

/// How many signs a build tool makes of a hash at most, and at least.
const LONGEST: usize = 64;
const SHORTEST: usize = 8;

/// Whether the file is called by a hash of its content, so that it never changes under this name:
/// `index-B8YrTAgq.css`, `chunk.3f2a9c1b.js`. Where it cannot be told the answer is no.
pub(super) fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, _)) = name.rsplit_once('.') else {
        return false;
    };
    let Some(at) = stem.rfind(['-', '.']) else {
        return false;
    };
    let hash = stem.get(at + 1..).unwrap_or_default();
    // A word of letters may as well be a word.
    hash.bytes().any(|sign| sign.is_ascii_digit()) && (is_hex(hash) || is_mixed(hash))
}

fn is_hex(hash: &str) -> bool {
    let is_digit = |sign: u8| sign.is_ascii_digit() || (b'a'..=b'f').contains(&sign);
    (SHORTEST..=LONGEST).contains(&hash.len())
        && hash.bytes().all(is_digit)
        // A date has digits alone.
        && hash.bytes().any(|sign| sign.is_ascii_lowercase())
}

/// Base64 for addresses, of the length that Vite makes it.
fn is_mixed(hash: &str) -> bool {
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'_';
    hash.len() == SHORTEST
        && hash.bytes().all(is_plain)
        && hash.bytes().any(|sign| sign.is_ascii_lowercase())
        // Words begin with capitals.
        && hash.bytes().skip(1).any(|sign| sign.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_told_from_words() {
        for hashed in [
            "assets/index-B8YrTAgq.css",
            "index-ra1jmRmU.js",
            "chunk.3f2a9c1b.js",
            "p__login.0a1b2c3d4e5f60718293.js",
        ] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in [
            "umi.js",
            "assets/umi.js",
            "locales/zh-CN.js",
            "page-settings.js",
            "page-Settings.js",
            "page-Version2.js",
            "release-20240101.js",
            "jquery-3.7.1.min.js",
            "font-awesome5.css",
            "index-B8YrTAgq",
            "",
        ] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
