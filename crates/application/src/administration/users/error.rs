/// Why an administrator's change of a user was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserRefused {
    /// There is no such user.
    #[error("there is no such user")]
    Missing,
    /// Another user has the address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// There is no such group.
    #[error("there is no such group")]
    GroupMissing,
    /// No user has the address of the inviter.
    #[error("there is no such inviter")]
    InviterMissing,
    /// Nobody invites themselves.
    #[error("a user cannot be the own inviter")]
    InviterIsSelf,
    /// Administrators neither ban nor delete themselves.
    #[error("administrators neither ban nor delete themselves")]
    IsSelf,
    /// Nobody acts as an administrator: what they did would be recorded as another's.
    #[error("nobody acts as an administrator")]
    IsAdmin,
    /// Nobody could work in the administration afterwards.
    #[error("it is the last administrator")]
    LastAdmin,
    /// The user is banned, has no plan, or it has ended.
    #[error("the user has no subscription that runs")]
    NotActive,
    /// Another process carries the work on.
    #[error("another process carries the work on")]
    WorkedElsewhere,
}
