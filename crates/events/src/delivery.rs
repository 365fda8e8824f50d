//! An event on its way to an endpoint.

use ferroboard_kernel::{DeliveryId, UnixSeconds, WebhookId};

use crate::{EndpointSecret, EndpointUrl, Event};

/// How far a delivery has come. A sender that holds it holds it as pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeliveryStatus {
    /// It is to be delivered.
    Pending,
    /// The endpoint took it.
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Failed];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The status with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// From where a delivery may come here.
    pub fn before(self) -> impl Iterator<Item = Self> {
        let statuses = Self::ALL.into_iter();
        statuses.filter(move |from| from.may_become(self))
    }

    /// Whether a delivery may go from here to there.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Pending, Self::Delivered | Self::Failed)
                | (Self::Delivered | Self::Failed, Self::Pending)
        )
    }
}

/// A sender's hold on deliveries. The key is drawn for each taking: no two senders have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What the rows are marked with.
    pub key: String,
    /// Until when, by the database's clock.
    pub until: UnixSeconds,
}

/// A delivery that a sender took, with all that it needs to make an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    /// Its number.
    pub id: DeliveryId,
    /// Where it goes.
    pub endpoint: WebhookId,
    /// What is delivered.
    pub event: Event,
    /// How many attempts were made before this one.
    pub attempts: i64,
    /// The key of the sender's lease.
    pub lease: String,
    /// The endpoint's address.
    pub url: EndpointUrl,
    /// The endpoint's secret.
    pub secret: EndpointSecret,
}

#[cfg(test)]
mod tests {
    use super::DeliveryStatus::{self, Delivered, Failed, Pending};

    #[test]
    fn a_delivery_ends_once_and_begins_again_only_from_its_end() {
        let allowed = [
            (Pending, Delivered),
            (Pending, Failed),
            (Delivered, Pending),
            (Failed, Pending),
        ];
        for from in DeliveryStatus::ALL {
            assert_eq!(DeliveryStatus::parse(from.as_str()), Some(from));
            for to in DeliveryStatus::ALL {
                let expected = allowed.contains(&(from, to));
                assert_eq!(from.may_become(to), expected, "{from:?} {to:?}");
            }
        }
        assert_eq!(DeliveryStatus::parse("lost"), None);
    }
}
