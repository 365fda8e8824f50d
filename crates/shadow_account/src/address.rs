use ferroboard_kernel::{Email, UserId};

/// The address that a shadow gets: the main one's with a suffix to the local part, or one that no
/// mailbox can have where that is too long, no address, or `is_taken` by somebody else.
pub fn shadow_address(
    main: &Email,
    user: UserId,
    suffix: &str,
    is_taken: impl FnOnce(&Email) -> bool,
) -> Email {
    let wanted = format!("{}{suffix}@{}", main.local_part(), main.domain());
    match Email::parse(&wanted) {
        Ok(email) if email != *main && !is_taken(&email) => email,
        _ => fallback(user),
    }
}

/// An address under a name that is reserved to mean nothing.
fn fallback(user: UserId) -> Email {
    Email::stored(&format!("u{user}-ipv6@shadow.invalid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_of_the_main_one_where_that_can_be() {
        let long = format!("{}@demo.test", "a".repeat(50));
        for (main, suffix, taken, expected) in [
            ("user@example.com", "-ipv6", false, "user-ipv6@example.com"),
            ("User@Example.com", "-V6", false, "user-v6@example.com"),
            ("user@example.com", "-ipv6", true, "u7-ipv6@shadow.invalid"),
            (long.as_str(), "-ipv6", false, "u7-ipv6@shadow.invalid"),
            ("user@example.com", " x", false, "u7-ipv6@shadow.invalid"),
            ("user@example.com", "@x", false, "u7-ipv6@shadow.invalid"),
            ("user@example.com", "", false, "u7-ipv6@shadow.invalid"),
        ] {
            let made = shadow_address(&Email::stored(main), UserId::new(7), suffix, |_| taken);
            assert_eq!(made.as_str(), expected, "{main} {suffix:?}");
        }
    }
}
