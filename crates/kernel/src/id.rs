//! Row numbers, one type per table, so that they cannot be mixed up. Alphabetical.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        impl $name {
            /// Names the row with this number; whether it exists is another question.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The row's number.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// An announcement (`v2_notice`).
    AnnouncementId,
    /// An article (`v2_knowledge`).
    ArticleId,
    /// A request of an administrator (`v2_admin_audit_log`).
    AuditId,
    /// A message on its way into a chat (`ferro_chat_message`).
    ChatMessageId,
    /// A coupon (`v2_coupon`).
    CouponId,
    /// An event on its way to an endpoint (`ferro_webhook_delivery`).
    DeliveryId,
    /// Something that happened and is told (`ferro_event`).
    EventId,
    /// The code of a gift card (`v2_gift_card_code`).
    GiftCardId,
    /// A kind of gift card (`v2_gift_card_template`).
    GiftTemplateId,
    /// A redeemed gift card (`v2_gift_card_usage`).
    GiftUsageId,
    /// A permission group: which nodes a subscription may use (`v2_server_group`).
    GroupId,
    /// An invitation code (`v2_invite_code`).
    InviteCodeId,
    /// A machine that runs several nodes (`v2_server_machine`).
    MachineId,
    /// A message in the outbox (`ferro_mail`).
    MailId,
    /// A node: one proxy server (`v2_server`).
    NodeId,
    /// A payment notice as it arrived (`ferro_raw_notice`).
    NoticeId,
    /// An order (`v2_order`).
    OrderId,
    /// Traffic that is sold beside plans (`ferro_traffic_package`).
    PackageId,
    /// A way to pay that an administrator set up (`v2_payment`).
    PaymentId,
    /// A plan on sale (`v2_plan`).
    PlanId,
    /// The state of a plugin (`v2_plugins`).
    PluginId,
    /// A refund of an order (`ferro_refund`).
    RefundId,
    /// Money that bought nothing, or a dispute about it (`ferro_payment_review`).
    ReviewId,
    /// A rule that nodes apply to traffic (`v2_server_route`).
    RouteId,
    /// The row of a login session (`personal_access_tokens`).
    SessionNumber,
    /// A ticket (`v2_ticket`).
    TicketId,
    /// A message in a ticket (`v2_ticket_message`).
    TicketMessageId,
    /// A customer or administrator (`v2_user`).
    UserId,
    /// An endpoint that events are sent to (`ferro_webhook`).
    WebhookId,
}
