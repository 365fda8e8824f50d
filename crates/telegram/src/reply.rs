//! What the bot says.

/// Texts of the bot that an administrator may change; `\n` in them stands for a line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotTexts {
    /// The first line of a welcome.
    pub welcome_title: String,
    /// What the bot is for.
    pub description: String,
    /// How a chat is bound.
    pub bind_guide: String,
    /// The commands before.
    pub bind_commands: String,
    /// The commands after.
    pub bound_commands: String,
    /// The last line.
    pub footer: String,
    /// The answer to what the bot does not know.
    pub help: String,
}

impl Default for BotTexts {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            welcome_title: text("🎉 您好，这里是面板的 Telegram 机器人"),
            description: text(
                r"🤖 我能为您做这些事：\n• 绑定账号\n• 查询流量\n• 获取订阅链接\n• 解除绑定",
            ),
            bind_guide: text(
                r"🔗 您还没有绑定账号：\n1. 登录面板\n2. 复制订阅链接\n3. 在这里发送 /bind 和该链接",
            ),
            bind_commands: text(r"📋 命令：\n/bind 订阅链接 - 绑定账号"),
            bound_commands: text(
                r"📋 命令：\n/traffic - 查询流量\n/getlatesturl - 获取订阅链接\n/unbind - 解除绑定",
            ),
            footer: text("💡 所有命令都请在私聊中发送"),
            help: text(
                r"我只认识这些命令：\n/bind - 绑定账号\n/traffic - 查询流量\n/getlatesturl - 获取订阅链接\n/unbind - 解除绑定",
            ),
        }
    }
}

/// An answer of the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// To `/start`, with the address of the account that the chat belongs to.
    Welcome(Option<String>),
    /// Nothing that the bot knows.
    Help,
    /// Not in front of others.
    PrivateOnly,
    /// `/bind` lacks the address.
    AddressMissing,
    /// There is no token in the address.
    AddressInvalid,
    /// No account has it.
    AddressUnknown,
    /// The account has a chat.
    AccountBound,
    /// The chat has an account.
    ChatBound,
    /// Too many tries to bind.
    TooManyTries,
    /// Bound.
    Bound,
    /// The chat has no account.
    BindFirst,
    /// How much is used.
    Traffic(TrafficUse),
    /// The subscription address.
    SubscribeUrl(String),
    /// The panel does not know the address that it would lead to.
    AddressUnset,
    /// No longer bound.
    Unbound,
    /// Staff alone may answer tickets.
    StaffOnly,
    /// There is no such ticket.
    TicketMissing,
    /// The answer is empty or too long.
    AnswerRefused,
    /// The ticket has its answer.
    TicketAnswered(i64),
}

/// How much of a subscription's traffic is used, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficUse {
    /// Used so far.
    pub used: i64,
    /// For the whole period.
    pub total: i64,
}

impl Reply {
    /// What the bot writes, in lines.
    pub fn text(&self, texts: &BotTexts) -> String {
        match self {
            Self::Welcome(account) => welcome(account.as_deref(), texts),
            Self::Help => lines(&texts.help),
            Self::PrivateOnly => "此命令只能在与机器人的私聊中使用".to_owned(),
            Self::AddressMissing => "请在命令后附上您的订阅链接".to_owned(),
            Self::AddressInvalid => "无法识别该订阅链接".to_owned(),
            Self::AddressUnknown => "没有账号使用该订阅链接".to_owned(),
            Self::AccountBound => "该账号已与一个 Telegram 账号绑定".to_owned(),
            Self::ChatBound => "您的 Telegram 账号已绑定一个账号，请先解绑".to_owned(),
            Self::TooManyTries => "尝试次数过多，请稍后再试".to_owned(),
            Self::Bound => "账号绑定成功".to_owned(),
            Self::BindFirst => "您尚未绑定账号，请先使用 /bind".to_owned(),
            Self::Traffic(traffic) => traffic.text(),
            Self::SubscribeUrl(url) => format!("🔗 您的订阅链接：\n{url}"),
            Self::AddressUnset => {
                "面板尚未设置站点地址，请登录面板复制订阅链接，并提醒管理员设置 app_url".to_owned()
            }
            Self::Unbound => "账号已解绑".to_owned(),
            Self::StaffOnly => "只有工作人员可以回复工单".to_owned(),
            Self::TicketMissing => "找不到该工单".to_owned(),
            Self::AnswerRefused => "回复内容为空或过长".to_owned(),
            Self::TicketAnswered(ticket) => format!("已回复工单 #{ticket}"),
        }
    }
}

fn welcome(account: Option<&str>, texts: &BotTexts) -> String {
    let (state, commands) = match account {
        Some(email) => (format!("✅ 当前绑定的账号：{email}"), &texts.bound_commands),
        None => (lines(&texts.bind_guide), &texts.bind_commands),
    };
    [
        lines(&texts.welcome_title),
        lines(&texts.description),
        state,
        lines(commands),
        lines(&texts.footer),
    ]
    .join("\n\n")
}

/// Administrators enter line breaks as a backslash and an n.
fn lines(text: &str) -> String {
    text.replace("\\n", "\n")
}

impl TrafficUse {
    fn text(self) -> String {
        let left = self.total.saturating_sub(self.used);
        format!(
            "📊 流量统计\n已用：{} GB\n总量：{} GB\n剩余：{} GB\n使用率：{}%",
            gigabytes(self.used),
            gigabytes(self.total),
            gigabytes(left),
            self.percent(),
        )
    }

    /// The used share with two decimals.
    fn percent(self) -> String {
        let (used, total) = (i128::from(self.used), i128::from(self.total));
        let share = (used * 20_000 + total).checked_div(2 * total).unwrap_or(0);
        decimal(share)
    }
}

/// Bytes as gigabytes with two decimals, the nearest.
pub(crate) fn gigabytes(bytes: i64) -> String {
    const GIGABYTE: i128 = 1_073_741_824;
    let bytes = i128::from(bytes);
    decimal((bytes * 100 + bytes.signum() * GIGABYTE / 2) / GIGABYTE)
}

/// Hundredths with two decimals.
pub(crate) fn decimal(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> BotTexts {
        BotTexts {
            welcome_title: "T".into(),
            description: r"D\n• 1".into(),
            bind_guide: "G".into(),
            bind_commands: "C1".into(),
            bound_commands: "C2".into(),
            footer: "F".into(),
            help: r"a\nb".into(),
        }
    }

    #[test]
    fn the_welcome_tells_whose_chat_it_is() {
        let welcome = Reply::Welcome(None).text(&texts());
        assert_eq!(welcome, "T\n\nD\n• 1\n\nG\n\nC1\n\nF");
        let bound = Reply::Welcome(Some("a_b@demo.test".into())).text(&texts());
        assert!(bound.contains("a_b@demo.test\n\nC2\n\nF"), "{bound}");
        assert_eq!(Reply::Help.text(&texts()), "a\nb");
    }

    #[test]
    fn traffic_has_two_decimals() {
        const GB: i64 = 1_073_741_824;
        for (used, total, expected) in [
            (10 * GB, 100 * GB, ["10.00", "100.00", "90.00", "10.00%"]),
            (GB / 3, GB, ["0.33", "1.00", "0.67", "33.33%"]),
            (0, 0, ["0.00", "0.00", "0.00", "0.00%"]),
            (3 * GB, 2 * GB, ["3.00", "2.00", "-1.00", "150.00%"]),
            (
                i64::MAX,
                1,
                [
                    "8589934592.00",
                    "0.00",
                    "-8589934592.00",
                    "922337203685477580700.00%",
                ],
            ),
        ] {
            let text = Reply::Traffic(TrafficUse { used, total }).text(&texts());
            let shown: Vec<&str> = text.lines().skip(1).collect();
            for (line, expected) in shown.iter().zip(expected) {
                assert!(line.contains(expected), "{line} {expected}");
            }
        }
    }
}
