use ferroboard_kernel::{GroupId, PlanId, UnixSeconds};

use crate::{MainAccount, Refusal, ShadowColumns};

/// How a shadow's traffic is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrafficMode {
    /// Every byte counts for both accounts.
    #[default]
    Shared,
    /// The shadow has a quota of its own.
    Independent {
        /// Bytes for one period; `None` for as many as the main account has.
        quota: Option<i64>,
    },
}

/// Exactly the settings that this domain reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowPolicy {
    /// The plugin is on.
    pub enabled: bool,
    /// The group of the nodes that shadows use.
    pub group: Option<GroupId>,
    /// The plan of shadows; `None` for the main account's.
    pub plan: Option<PlanId>,
    /// The plans that come with a shadow; empty for all.
    pub allowed_plans: Vec<PlanId>,
    /// Only verified users may have one.
    pub real_name_required: bool,
    /// What is added to the local part of the address.
    pub suffix: String,
    /// How traffic is counted.
    pub traffic: TrafficMode,
    /// A new password is the shadow's as well.
    pub copies_password: bool,
    /// Shadows may log in.
    pub allows_login: bool,
}

impl Default for ShadowPolicy {
    /// The settings of a site where nothing was set.
    fn default() -> Self {
        Self {
            enabled: false,
            group: None,
            plan: None,
            allowed_plans: Vec::new(),
            real_name_required: false,
            suffix: "-ipv6".to_owned(),
            traffic: TrafficMode::Shared,
            copies_password: true,
            allows_login: true,
        }
    }
}

impl ShadowPolicy {
    /// Why the user cannot have a shadow now: the first reason of them in their order.
    pub fn refusal(
        &self,
        main: &MainAccount,
        is_shadow: bool,
        is_verified: bool,
        now: UnixSeconds,
    ) -> Option<Refusal> {
        let reasons = [
            (self.group.is_none(), Refusal::Unconfigured),
            (is_shadow, Refusal::IsShadow),
            (main.banned, Refusal::Banned),
            (main.plan_id.is_none(), Refusal::NoPlan),
            (has_ended(main, now), Refusal::Expired),
            (!self.allows_plan(main), Refusal::PlanNotAllowed),
            (
                self.real_name_required && !is_verified,
                Refusal::RealNameRequired,
            ),
        ];
        reasons
            .into_iter()
            .find_map(|(applies, refusal)| applies.then_some(refusal))
    }

    fn allows_plan(&self, main: &MainAccount) -> bool {
        let listed = |plan: &PlanId| self.allowed_plans.contains(plan);
        self.allowed_plans.is_empty() || main.plan_id.as_ref().is_some_and(listed)
    }

    /// What the shadow's columns should be. `is_active` tells whether it is switched on.
    pub fn desired(
        &self,
        main: &MainAccount,
        is_active: bool,
        present: &ShadowColumns,
        now: UnixSeconds,
    ) -> ShadowColumns {
        let is_available = self.enabled
            && is_active
            && main.plan_id.is_some()
            && !main.banned
            && !has_ended(main, now)
            && self.allows_plan(main);
        let (transfer_enable, upload, download) = match self.traffic {
            TrafficMode::Shared => (main.transfer_enable, main.upload, main.download),
            TrafficMode::Independent { quota } => {
                let quota = quota.unwrap_or(main.transfer_enable);
                if main.last_reset_at > present.last_reset_at {
                    (quota, 0, 0)
                } else {
                    (quota, present.upload, present.download)
                }
            }
        };
        ShadowColumns {
            group_id: self.group.filter(|_| is_available),
            plan_id: self.plan.or(main.plan_id),
            expired_at: main.expired_at,
            transfer_enable,
            upload,
            download,
            speed_limit: main.speed_limit,
            device_limit: main.device_limit,
            // One that was switched off stays as whoever did it left it.
            banned: if is_active {
                main.banned
            } else {
                present.banned
            },
            next_reset_at: None,
            last_reset_at: main.last_reset_at,
        }
    }
}

fn has_ended(main: &MainAccount, now: UnixSeconds) -> bool {
    main.expired_at.is_some_and(|end| end <= now)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::a_main_account;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn policy() -> ShadowPolicy {
        ShadowPolicy {
            enabled: true,
            group: Some(GroupId::new(6)),
            ..ShadowPolicy::default()
        }
    }

    #[test]
    fn the_first_reason_is_told() {
        let main = a_main_account(1);
        let worst = MainAccount {
            banned: true,
            plan_id: None,
            expired_at: Some(NOW),
            ..main.clone()
        };
        let strict = ShadowPolicy {
            group: None,
            allowed_plans: vec![PlanId::new(9)],
            real_name_required: true,
            ..policy()
        };
        let grouped = ShadowPolicy {
            group: Some(GroupId::new(6)),
            ..strict.clone()
        };
        let unbanned = MainAccount {
            banned: false,
            ..worst.clone()
        };
        let planned = MainAccount {
            plan_id: main.plan_id,
            ..unbanned.clone()
        };
        let allowed = MainAccount {
            plan_id: Some(PlanId::new(9)),
            expired_at: Some(UnixSeconds::new(1_001)),
            ..unbanned.clone()
        };
        for (policy, main, is_shadow, is_verified, expected) in [
            (&strict, &worst, true, false, Some(Refusal::Unconfigured)),
            (&grouped, &worst, true, false, Some(Refusal::IsShadow)),
            (&grouped, &worst, false, false, Some(Refusal::Banned)),
            (&grouped, &unbanned, false, false, Some(Refusal::NoPlan)),
            (&grouped, &planned, false, false, Some(Refusal::Expired)),
            (&grouped, &main, false, false, Some(Refusal::PlanNotAllowed)),
            (
                &grouped,
                &allowed,
                false,
                false,
                Some(Refusal::RealNameRequired),
            ),
            (&grouped, &allowed, false, true, None),
            (&policy(), &main, false, false, None),
        ] {
            let refusal = policy.refusal(main, is_shadow, is_verified, NOW);
            assert_eq!(refusal, expected);
        }
    }

    #[test]
    fn a_shadow_follows_in_every_column() {
        let main = MainAccount {
            speed_limit: Some(50),
            device_limit: Some(3),
            last_reset_at: Some(UnixSeconds::new(5)),
            ..a_main_account(1)
        };
        let present = ShadowColumns {
            upload: 1,
            next_reset_at: Some(NOW),
            banned: true,
            ..ShadowColumns::default()
        };
        let expected = ShadowColumns {
            group_id: Some(GroupId::new(6)),
            plan_id: main.plan_id,
            expired_at: main.expired_at,
            transfer_enable: main.transfer_enable,
            upload: main.upload,
            download: main.download,
            speed_limit: Some(50),
            device_limit: Some(3),
            banned: false,
            next_reset_at: None,
            last_reset_at: Some(UnixSeconds::new(5)),
        };
        assert_eq!(policy().desired(&main, true, &present, NOW), expected);
        let planned = ShadowPolicy {
            plan: Some(PlanId::new(9)),
            ..policy()
        };
        let desired = planned.desired(&main, true, &present, NOW);
        assert_eq!(desired.plan_id, Some(PlanId::new(9)));
    }

    #[test]
    fn who_may_have_none_is_on_no_node() {
        let main = a_main_account(1);
        let none = ShadowColumns::default();
        let off = ShadowPolicy {
            enabled: false,
            ..policy()
        };
        let narrow = ShadowPolicy {
            allowed_plans: vec![PlanId::new(9)],
            ..policy()
        };
        let banned = MainAccount {
            banned: true,
            ..main.clone()
        };
        let planless = MainAccount {
            plan_id: None,
            ..main.clone()
        };
        let ended = MainAccount {
            expired_at: Some(NOW),
            ..main.clone()
        };
        for (policy, main, is_active) in [
            (&off, &main, true),
            (&narrow, &main, true),
            (&policy(), &main, false),
            (&policy(), &banned, true),
            (&policy(), &planless, true),
            (&policy(), &ended, true),
        ] {
            assert_eq!(policy.desired(main, is_active, &none, NOW).group_id, None);
        }
        assert!(policy().desired(&banned, true, &none, NOW).banned);
        let switched_off = ShadowColumns {
            banned: true,
            ..none
        };
        assert!(policy().desired(&main, false, &switched_off, NOW).banned);
    }

    #[test]
    fn a_quota_of_its_own_is_counted_anew_with_the_main_account() {
        let main = MainAccount {
            last_reset_at: Some(UnixSeconds::new(50)),
            ..a_main_account(1)
        };
        let present = |reset: Option<i64>| ShadowColumns {
            upload: 7,
            download: 8,
            last_reset_at: reset.map(UnixSeconds::new),
            ..ShadowColumns::default()
        };
        for (quota, reset, expected) in [
            (Some(100), Some(50), (100, 7, 8)),
            (Some(100), Some(49), (100, 0, 0)),
            (Some(100), None, (100, 0, 0)),
            (None, Some(50), (main.transfer_enable, 7, 8)),
        ] {
            let policy = ShadowPolicy {
                traffic: TrafficMode::Independent { quota },
                ..policy()
            };
            let desired = policy.desired(&main, true, &present(reset), NOW);
            let traffic = (desired.transfer_enable, desired.upload, desired.download);
            assert_eq!(traffic, expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_as_desired_stays_so(
            upload in 0_i64..1_000, banned: bool, active: bool, shared: bool, reset in 0_i64..3,
        ) {
            let traffic = if shared {
                TrafficMode::Shared
            } else {
                TrafficMode::Independent { quota: Some(5) }
            };
            let policy = ShadowPolicy { traffic, ..policy() };
            let main = MainAccount {
                upload,
                banned,
                last_reset_at: Some(UnixSeconds::new(reset)),
                ..a_main_account(1)
            };
            let present = ShadowColumns { last_reset_at: Some(UnixSeconds::new(1)), ..ShadowColumns::default() };
            let once = policy.desired(&main, active, &present, NOW);
            prop_assert_eq!(policy.desired(&main, active, &once, NOW), once);
        }
    }
}
