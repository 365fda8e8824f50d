use subtle::ConstantTimeEq as _;

/// These bytes as lower-case hexadecimal digits, written in a time that depends on their number alone.
pub fn lower_hex(bytes: impl AsRef<[u8]>) -> String {
    base16ct::lower::encode_string(bytes.as_ref())
}

/// Compares two secrets in a time that depends on their lengths alone.
pub fn constant_time_eq(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::{constant_time_eq, lower_hex};

    #[test]
    fn bytes_are_two_lower_case_digits_each() {
        assert_eq!(lower_hex(""), "");
        assert_eq!(lower_hex([0x00, 0x0a, 0xf0, 0xff]), "000af0ff");
    }

    #[test]
    fn equal_texts_only() {
        assert!(constant_time_eq("", ""));
        assert!(constant_time_eq("123456", "123456"));
        assert!(!constant_time_eq("123456", "123457"));
        assert!(!constant_time_eq("123456", "12345"));
    }
}
