/// The name of what was asked for, from the path behind the admin path: the last segment, with what
/// stands before it: `server/manage/sort` is `server_manage.sort`. A number at the end names whom it
/// was done to and is left out.
pub fn action_of(path: &str) -> String {
    let mut segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    while segments.len() > 1 && segments.last().is_some_and(is_number) {
        segments.pop();
    }
    let Some((last, before)) = segments.split_last() else {
        return String::new();
    };
    let action = if before.is_empty() {
        (*last).to_owned()
    } else {
        format!("{}.{last}", before.join("_"))
    };
    action.replace('-', "_").chars().take(LENGTH).collect()
}

/// How many characters `v2_admin_audit_log.action` holds.
const LENGTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_named_after_their_paths() {
        for (path, action) in [
            ("plan/update", "plan.update"),
            ("server/manage/sort", "server_manage.sort"),
            ("gift-card/create-template", "gift_card.create_template"),
            ("traffic-reset/reset-user", "traffic_reset.reset_user"),
            ("realname/review/17", "realname.review"),
            ("realname/approve-all", "realname.approve_all"),
            ("/config/save/", "config.save"),
            ("save", "save"),
            ("12", "12"),
            ("", ""),
        ] {
            assert_eq!(action_of(path), action);
        }
        assert_eq!(action_of(&"x".repeat(100)).len(), 64);
    }
}
