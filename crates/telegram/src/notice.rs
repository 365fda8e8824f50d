//! What staff is told without having asked.

use crate::reply::{TrafficUse, decimal, gigabytes};

/// A message to the chats of administrators and staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffNotice {
    /// A customer wrote in a ticket; a reply to the notice answers it.
    Ticket(TicketNotice),
    /// A payment arrived.
    Payment(PaymentNotice),
    /// A payment bought nothing, or is disputed: somebody must look at it.
    Review(ReviewNotice),
    /// The user with this number submitted a real name that waits for review. No name, and no `#`,
    /// which would make it look like a ticket's.
    RealName(i64),
    /// Nothing was heard of these nodes for a while.
    SilentNodes(Vec<NodeNotice>),
    /// An endpoint of events at this host failed for days and was switched off.
    EndpointOff(String),
}

/// A node, as staff is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeNotice {
    /// What customers are shown.
    pub name: String,
    /// What they connect to.
    pub host: String,
}

/// What staff is told about a ticket. Amounts are in cents, traffic in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketNotice {
    /// The ticket's number.
    pub ticket: i64,
    /// The customer's address.
    pub email: String,
    /// The customer's subscription.
    pub subscription: Option<NoticedSubscription>,
    /// The customer's balance.
    pub balance: i64,
    /// The customer's commission.
    pub commission: i64,
    /// What the ticket is about.
    pub subject: String,
    /// What the customer wrote last.
    pub message: String,
}

/// A customer's subscription, as far as staff is told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticedSubscription {
    /// The plan's name.
    pub plan: String,
    /// How much of the traffic is used.
    pub traffic: TrafficUse,
    /// When it ends, as a wall clock shows it; never where there is none.
    pub expired_at: Option<String>,
}

/// What staff is told about a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentNotice {
    /// What the order cost, in cents.
    pub amount: i64,
    /// The gateway.
    pub gateway: String,
    /// What the method is called.
    pub method: String,
    /// The order's number.
    pub trade_no: String,
}

/// What staff is told about money that waits for review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewNotice {
    /// The word for why.
    pub reason: &'static str,
    /// How much it is, in hundredths of its currency, where the gateway says so.
    pub amount: Option<i64>,
    /// The code of the currency, where it is not the site's.
    pub currency: Option<String>,
    /// The gateway's number.
    pub number: String,
    /// The order's number, as the gateway says it.
    pub trade_no: String,
}

impl StaffNotice {
    /// The text. The number of a ticket stands in its first line and before all that a customer
    /// wrote, so that nobody can pass another number off.
    pub fn text(&self) -> String {
        match self {
            Self::Ticket(notice) => notice.text(),
            Self::Payment(notice) => notice.text(),
            Self::Review(notice) => notice.text(),
            Self::RealName(user) => format!("🪪 实名认证待审核\n用户编号：{user}"),
            Self::SilentNodes(nodes) => {
                let nodes: String = nodes.iter().map(NodeNotice::text).collect();
                format!("🔌 节点掉线通知{nodes}")
            }
            Self::EndpointOff(host) => format!("🪝 Webhook 已停用\n地址：{host}\n连续三天投递失败"),
        }
    }
}

impl NodeNotice {
    fn text(&self) -> String {
        format!("\n----\n节点名称：{}\n节点地址：{}", self.name, self.host)
    }
}

impl TicketNotice {
    fn text(&self) -> String {
        let subscription = self.subscription.as_ref();
        let subscription = subscription.map_or("📦 未订购套餐".to_owned(), |own| {
            let expired_at = own.expired_at.as_deref().unwrap_or("长期有效");
            format!(
                "📦 套餐：{}\n📊 已用流量：{} / {} GB\n⏰ 到期时间：{expired_at}",
                own.plan,
                gigabytes(own.traffic.used),
                gigabytes(own.traffic.total),
            )
        });
        format!(
            "📮 工单提醒 #{}\n📧 用户：{}\n{subscription}\n💰 余额：{}\n💸 佣金：{}\n📝 主题：{}\n💬 内容：{}",
            self.ticket,
            self.email,
            cents(self.balance),
            cents(self.commission),
            self.subject,
            self.message,
        )
    }
}

impl PaymentNotice {
    fn text(&self) -> String {
        format!(
            "💰 收到付款 {}\n支付接口：{}\n支付方式：{}\n订单号：{}",
            cents(self.amount),
            self.gateway,
            self.method,
            self.trade_no,
        )
    }
}

impl ReviewNotice {
    fn text(&self) -> String {
        let currency = self.currency.as_deref().unwrap_or_default();
        let amount = self
            .amount
            .map(|amount| format!(" {} {currency}", cents(amount)));
        format!(
            "🧾 有款项待审核{}\n原因：{}\n支付流水号：{}\n订单号：{}",
            amount.as_deref().map(str::trim_end).unwrap_or_default(),
            self.reason,
            self.number,
            self.trade_no,
        )
    }
}

fn cents(amount: i64) -> String {
    decimal(i128::from(amount))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChatId, Message, Request};

    fn notice() -> TicketNotice {
        TicketNotice {
            ticket: 12,
            email: "ann@demo.test".into(),
            subscription: Some(NoticedSubscription {
                plan: "Basic".into(),
                traffic: TrafficUse {
                    used: 1_073_741_824,
                    total: 10_737_418_240,
                },
                expired_at: None,
            }),
            balance: 1_234,
            commission: 5,
            subject: "📮 工单提醒 #99".into(),
            message: "📮 工单提醒 #98\n工单ID: 97".into(),
        }
    }

    #[test]
    fn a_reply_to_a_notice_names_its_ticket_whatever_the_customer_wrote() {
        let text = StaffNotice::Ticket(notice()).text();
        let reply = Message {
            chat: ChatId::new(7),
            is_private: true,
            text: "answer".into(),
            quoted: Some(text),
        };
        let expected = Request::AnswerTicket {
            ticket: 12,
            text: "answer".into(),
        };
        assert_eq!(Request::read(&reply, None), Some(expected));
    }

    #[test]
    fn notices_tell_amounts_in_whole_units() {
        let text = StaffNotice::Ticket(notice()).text();
        for part in ["12.34", "0.05", "1.00 / 10.00 GB", "长期有效", "Basic"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let unsubscribed = TicketNotice {
            subscription: None,
            ..notice()
        };
        assert!(unsubscribed.text().contains("未订购"));
        let paid = StaffNotice::Payment(PaymentNotice {
            amount: 990,
            gateway: "EPay".into(),
            method: "支付宝".into(),
            trade_no: "T1".into(),
        });
        assert!(paid.text().starts_with("💰 收到付款 9.90\n"));
        assert!(paid.text().ends_with("T1"));
    }

    #[test]
    fn a_review_says_why_and_about_what() {
        let notice = |amount, currency: Option<&str>| {
            StaffNotice::Review(ReviewNotice {
                reason: "paid_twice",
                amount,
                currency: currency.map(str::to_owned),
                number: "n1".into(),
                trade_no: "T1".into(),
            })
            .text()
        };
        let rest = "\n原因：paid_twice\n支付流水号：n1\n订单号：T1";
        for (amount, currency, first) in [
            (Some(990), None, "🧾 有款项待审核 9.90"),
            (Some(990), Some("USD"), "🧾 有款项待审核 9.90 USD"),
            (None, None, "🧾 有款项待审核"),
        ] {
            assert_eq!(notice(amount, currency), format!("{first}{rest}"));
        }
    }

    #[test]
    fn every_silent_node_is_named() {
        let nodes = [("One", "a.test"), ("Two", "b.test")].map(|(name, host)| NodeNotice {
            name: name.into(),
            host: host.into(),
        });
        assert_eq!(
            StaffNotice::SilentNodes(nodes.into()).text(),
            "🔌 节点掉线通知\n----\n节点名称：One\n节点地址：a.test\n----\n节点名称：Two\n节点地址：b.test"
        );
    }
}
