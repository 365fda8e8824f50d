use ferroboard_kernel::{
    Cents, CouponId, GroupId, OrderId, PackageId, PaymentId, PlanId, TradeNo, UnixSeconds, UserId,
    Zone,
};

use crate::{
    Buyer, CommissionStatus, Coupon, Discount, GatewayConfig, Gigabytes, Order, OrderKind,
    OrderStatus, PackageEnd, PackageTerms, PaymentMethod, PaymentReview, Period, Plan, PriceList,
    ResetMethod, ReviewReason, Subscription, Tags, TrafficPackage,
};

/// When the rows were made: 2023-11-14.
const MADE: UnixSeconds = UnixSeconds::new(1_700_000_000);

/// A plan of 100 GB on sale for group 1, without limits.
pub fn a_plan(id: i64) -> Plan {
    Plan {
        id: PlanId::new(id),
        group_id: Some(GroupId::new(1)),
        traffic: Gigabytes::new(100),
        name: format!("Plan {id}"),
        prices: PriceList::from_json(Some(r#"{"monthly": 9.9}"#)),
        sell: true,
        speed_limit: None,
        device_limit: None,
        show: true,
        sort: None,
        renew: true,
        content: None,
        tags: Tags::default(),
        reset_method: None,
        capacity_limit: None,
        created_at: MADE,
        updated_at: MADE,
    }
}

/// A subscription to plan 1 that ends at `expired_at`.
pub fn a_subscription(expired_at: UnixSeconds) -> Subscription {
    Subscription {
        plan_id: PlanId::new(1),
        group_id: Some(GroupId::new(1)),
        transfer_enable: Gigabytes::new(100).bytes(),
        speed_limit: None,
        device_limit: None,
        expired_at: Some(expired_at),
        next_reset_at: ResetMethod::Monthly.next_reset(
            Some(expired_at),
            expired_at,
            Zone::default(),
        ),
    }
}

/// A user who never bought anything.
pub fn a_buyer(id: i64) -> Buyer {
    Buyer {
        id: UserId::new(id),
        banned: false,
        balance: Cents::ZERO,
        discount: None,
        plan_id: None,
        group_id: None,
        transfer_enable: 0,
        upload: 0,
        download: 0,
        expired_at: None,
    }
}

/// A pending order of the user for a month of plan 1 at 9.90, placed in 2023.
pub fn an_order(id: i64, user: UserId) -> Order {
    Order {
        id: OrderId::new(id),
        user_id: user,
        plan_id: PlanId::new(1),
        period: Period::Monthly,
        kind: OrderKind::New,
        trade_no: TradeNo::stored(format!("{id:025}")),
        callback_no: None,
        coupon_id: None,
        payment_id: None,
        total: Cents::new(990),
        handling: None,
        discount: None,
        surplus: None,
        refund: None,
        balance_used: None,
        surplus_orders: None,
        status: OrderStatus::Pending,
        inviter: None,
        commission_status: Some(CommissionStatus::Unconfirmed),
        commission: Cents::ZERO,
        commission_paid: None,
        paid_at: None,
        created_at: MADE,
        updated_at: MADE,
    }
}

/// A completed order of the user for the period of plan 1, paid with this much at this time.
pub fn a_completed_order(
    id: i64,
    user: UserId,
    period: Period,
    paid: i64,
    at: UnixSeconds,
) -> Order {
    Order {
        period,
        total: Cents::new(paid),
        status: OrderStatus::Completed,
        callback_no: Some(format!("cb{id}")),
        paid_at: Some(at),
        created_at: at,
        updated_at: at,
        ..an_order(id, user)
    }
}

/// A coupon for 20 % off everything, with five uses.
pub fn a_coupon(id: i64, code: &str) -> Coupon {
    Coupon {
        id: CouponId::new(id),
        code: code.to_owned(),
        name: "20 % off".to_owned(),
        discount: Discount::Share(20),
        show: true,
        limit_use: Some(5),
        limit_use_with_user: None,
        limit_plans: None,
        limit_periods: None,
        started_at: UnixSeconds::new(0),
        ended_at: UnixSeconds::new(9_999_999_999),
        created_at: MADE,
        updated_at: MADE,
    }
}

/// A package of 10 GB for 5.00 that lasts until it is used up, on sale to all.
pub fn a_package(id: i64) -> TrafficPackage {
    TrafficPackage {
        id: PackageId::new(id),
        terms: PackageTerms {
            name: format!("Package {id}"),
            traffic: Gigabytes::new(10),
            price: Cents::new(500),
            plans: None,
            until: PackageEnd::UsedUp,
            capacity: None,
        },
        show: true,
        sort: None,
        sold: 0,
        created_at: MADE,
        updated_at: MADE,
    }
}

/// An EPay method without fees, switched on.
pub fn a_payment_method(id: i64) -> PaymentMethod {
    PaymentMethod {
        id: PaymentId::new(id),
        uuid: format!("payuuid{id}"),
        gateway: "EPay".to_owned(),
        name: "EPay".to_owned(),
        icon: None,
        config: GatewayConfig::from_json(r#"{"key":"epay-secret-key","pid":"1001"}"#),
        notify_domain: None,
        fee_fixed: None,
        fee_percent: None,
        enabled: true,
        sort: None,
    }
}

/// A payment of 9.90 through method 1 for an order that nobody knows.
pub fn a_review() -> PaymentReview {
    PaymentReview {
        payment: PaymentId::new(1),
        callback_no: "n1".to_owned(),
        trade_no: TradeNo::stored("unknown".to_owned()),
        order: None,
        user: None,
        amount: Some(Cents::new(990)),
        currency: None,
        reason: ReviewReason::UnknownOrder,
        standing: None,
        notice: None,
        received_at: MADE,
    }
}
