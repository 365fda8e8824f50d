/// How a recorded request ended, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out.
    Succeeded,
    /// It was refused.
    Refused,
    /// The panel failed; what had been asked for may have been done all the same.
    Failed,
    /// It was never answered: the program ended, or the administrator hung up.
    Unknown,
}

impl Outcome {
    /// What the status of the answer says, if there was one.
    pub const fn of(status: Option<u16>) -> Self {
        match status {
            None => Self::Unknown,
            Some(..400) => Self::Succeeded,
            Some(400..500) => Self::Refused,
            Some(500..) => Self::Failed,
        }
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_how_a_request_ended() {
        for (status, expected) in [
            (Some(200), "succeeded"),
            (Some(304), "succeeded"),
            (Some(400), "refused"),
            (Some(422), "refused"),
            (Some(499), "refused"),
            (Some(500), "failed"),
            (Some(503), "failed"),
            (None, "unknown"),
        ] {
            assert_eq!(Outcome::of(status).as_str(), expected, "{status:?}");
        }
    }
}
