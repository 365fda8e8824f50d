//! The one column of Xboard's that has two names.

use diesel::sql_types::{BigInt, Nullable};

use crate::fixed::{Fixed, fixed};

/// What the credit of an order for what it replaces is called: `v2_order.refund_amount` until June 2026,
/// `surplus_credit` from then on. Both are found, and neither is renamed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundColumn {
    /// `refund_amount`.
    Older,
    /// `surplus_credit`.
    Newer,
}

impl RefundColumn {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Older => "refund_amount",
            Self::Newer => "surplus_credit",
        }
    }

    /// It, as a query of `v2_order` selects it.
    pub(crate) fn read(self) -> Fixed<Nullable<BigInt>> {
        fixed(match self {
            Self::Older => "v2_order.refund_amount",
            Self::Newer => "v2_order.surplus_credit",
        })
    }
}
