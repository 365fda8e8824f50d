//! What every store must do, written once. `contract!` makes a test of each promise.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "everything here runs inside tests, where a panic is the report"
)]

pub mod accounts;
pub mod administration;
pub mod billing;
pub mod events;
mod fresh;
pub mod invite;
pub mod nodes;
mod seeds;
pub mod support;

pub use accounts::{
    account, counters, email_codes, login_tokens, managed_users, passwords, real_names, sessions,
    shadows, touched, user_changes,
};
pub use administration::{
    accounting, audit, coupon_offers, demo, device_users, figures, gift_card_lists, jobs,
    long_lists, managed_orders, managed_reviews, managed_support, managed_webhooks,
    node_management, operations, plugins, reads, real_name_reviews, secrets, settings,
    transactions, upkeep,
};
pub use billing::{
    balances, buyers, coupons, due_orders, gift_cards, gift_offers, ledger, open_orders,
    order_views, order_worths, orders, packages, payment_offers, payments, places, plan_offers,
    plan_terms, plans, receipts, refunds, renewals, reviews, statements, subscription_links,
    top_ups, traffic_resets,
};
pub use events::webhooks;
pub use fresh::FreshStore;
pub use invite::{invitations, invite_codes, withdrawals};
pub use nodes::{
    devices, managed_nodes, management, node, node_users, statistics, traffic, traffic_log,
};
pub use seeds::chat_seed::ChatSeed;
pub use seeds::gift_seed::{GiftCardLine, GiftSeed};
pub use seeds::knowledge_seed::KnowledgeSeed;
pub use seeds::money_seed::{KeptNotice, LedgerLine, MoneySeed, ResetLine, UserColumns};
pub use seeds::node_seed::NodeSeed;
pub use seeds::seed::{ForeignSession, MailLogEntry, OutboxEntry, Seed};
pub use seeds::upkeep_seed::UpkeepSeed;
pub use support::{chats, customer_notices, knowledge, mails, managed_knowledge, tickets};

use ferroboard_kernel::{Cents, LedgerEntry, LedgerKind, Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Page, PageRule};

/// 2025-01-01 00:00 in Shanghai.
const T0: UnixSeconds = UnixSeconds::new(1_735_660_800);

/// So many seconds after [`T0`].
const fn t(seconds: i64) -> UnixSeconds {
    T0.plus(Seconds::new(seconds))
}

/// A page of so many rows; the first is 1.
fn page(number: i64, rows: i64) -> Page {
    PageRule::always(rows).page(Some(number), None)
}

/// An administrator's change of a user's money.
fn entry(user: UserId, amount: i64, reference: &str) -> LedgerEntry {
    LedgerEntry {
        user,
        amount: Cents::new(amount),
        kind: LedgerKind::Admin,
        reference: reference.to_owned(),
        at: t(1),
    }
}

/// Whatever the database calls the index, its name holds the column's.
fn assert_duplicate<T: std::fmt::Debug>(outcome: Result<T, StoreError>, column: &str) {
    match outcome {
        Err(StoreError::Duplicate { constraint }) => {
            assert!(
                constraint.to_lowercase().contains(column),
                "{constraint} names no {column}"
            );
        }
        other => panic!("expected a duplicate {column}, got {other:?}"),
    }
}

/// Makes one test of each promise for the [`FreshStore`] that an async expression gives; `None`
/// skips the test. The expression is evaluated inside nested modules: name it from `crate::`.
#[macro_export]
macro_rules! contract {
    ($fresh:expr) => {
        $crate::contract!(@tests $fresh,
            account {
                a_new_account_has_the_defaults_of_the_schema
                accounts_are_found_by_address_and_by_number
                an_address_that_is_taken_is_named
                of_many_registrations_of_one_address_one_wins
                a_subscription_token_that_is_taken_is_named
                the_last_login_is_written
                only_the_given_reminders_are_written
                a_new_identity_replaces_the_old_one
                administrators_are_counted
                changes_to_a_missing_account_are_no_error
                the_overview_counts_what_waits
            }
            balances {
                amounts_move_both_ways
                no_balance_becomes_negative_or_too_large
                a_missing_user_has_no_balance
                many_withdrawals_never_take_more_than_there_is
                the_commission_balance_is_kept_apart
                many_transfers_never_take_more_than_there_is
                a_locked_inviter_is_there
                a_subscription_is_written_whole
                a_missing_user_gets_no_subscription
                quotas_are_added
                the_end_of_a_subscription_is_written
                a_used_up_subscription_ends_earlier
            }
            buyers {
                a_buyer_is_read_in_full
                a_locked_buyer_keeps_others_out
                a_traffic_reset_is_logged
            }
            chats {
                an_account_is_found_by_its_token
                a_chat_moves_only_from_where_it_stands
                an_account_is_found_by_its_chat
                of_many_accounts_one_gets_a_chat
                of_many_chats_one_gets_an_account
                chats_of_staff_are_listed
            }
            counters {
                an_absent_counter_is_none
                events_are_counted_from_one
                amounts_are_counted
                a_counter_runs_out_at_its_time
                each_event_prolongs_the_window
                a_counter_is_forgotten
                a_counter_lasts_no_longer_than_its_window
                clocks_may_differ_a_little
                counters_do_not_share
                concurrent_events_are_counted_exactly
                many_counters_are_started_at_once
            }
            coupons {
                a_coupon_is_read_in_full
                coupons_are_found_in_any_letter_case
                uses_are_taken_and_given_back
                many_never_take_more_uses_than_there_are
                uses_of_a_user_are_counted
                coupons_are_made
                many_coupons_are_made_at_once
                taken_codes_are_told
                what_is_said_about_a_coupon_is_written
                a_coupon_is_switched_and_deleted
                of_many_coupons_one_gets_a_code
                a_locked_coupon_is_read_as_it_is
            }
            customer_notices {
                what_a_user_chose_is_kept
                what_a_user_chose_goes_with_the_user
                messages_into_chats_are_due_at_once
                messages_of_a_rolled_back_transaction_are_never_sent
                each_message_into_a_chat_goes_to_one_of_many_senders
                a_message_that_was_left_behind_is_taken_after_its_lease
                a_message_that_failed_is_repeated_until_it_is_given_up
            }
            demo {
                a_demo_has_all_that_a_purchase_needs
                a_demo_has_reviews_and_an_endpoint
                a_demo_is_filled_once
                a_panel_in_use_gets_no_demo
                an_account_of_the_customer_is_an_obstacle
            }
            devices {
                sightings_are_listed_while_they_are_fresh
                nodes_are_named_with_their_groups
            }
            due_orders {
                each_job_finds_its_orders
                due_orders_come_in_batches
            }
            email_codes {
                an_absent_code_is_none
                a_code_is_kept_until_it_is_deleted
                a_new_code_replaces_the_old_one
                wrong_tries_are_counted
                concurrent_tries_are_counted_exactly
                only_the_stored_code_is_deleted
                of_many_uses_of_one_code_one_wins
            }
            gift_cards {
                a_recipient_is_read_in_full
                completed_orders_of_a_recipient_are_counted
                the_level_of_a_recipient_is_the_place_of_the_plan
                recipients_who_invited_each_other_do_not_block
                a_gift_template_is_read_in_full
                gift_cards_are_found_in_any_letter_case
                a_use_of_a_gift_card_is_counted
                expired_and_disabled_gift_cards_are_not_used
                many_never_use_a_gift_card_more_often_than_it_may_be
                gift_cards_are_made_in_batches
                unused_gift_cards_expire
                past_uses_of_gift_cards_are_counted
                gift_usages_are_listed_by_page
                a_gift_usage_is_shown_to_its_user
            }
            gift_offers {
                a_gift_template_is_made_changed_and_deleted
                a_gift_card_is_changed_and_deleted
                what_keeps_gift_cards_from_being_deleted_is_found
            }
            invitations {
                an_inviter_is_read_in_full
                a_code_that_is_taken_is_refused
                unused_codes_are_listed
                paid_commission_is_listed
                what_invitations_brought_is_summed
            }
            invite_codes {
                codes_are_found_in_any_letter_case
                an_unknown_code_is_none
                a_code_is_used_once
                of_many_uses_of_one_code_one_wins
                views_are_counted_exactly
                an_inviter_is_written
            }
            jobs {
                a_job_that_was_never_seen_is_idle
                the_state_of_a_job_is_kept
                a_lock_keeps_others_out
                a_job_moves_from_where_it_stands
                the_database_has_a_clock
                what_has_run_out_is_deleted
                what_has_run_out_is_deleted_some_at_a_time
            }
            knowledge {
                only_shown_articles_are_found
                articles_are_listed_in_their_order
                categories_are_listed_once
                any_text_comes_back_as_it_was_written
                announcements_come_in_pages
            }
            ledger {
                every_move_leaves_an_entry
                a_refused_move_leaves_no_entry
                a_cause_counts_once
                of_many_moves_of_one_cause_one_counts
                the_books_show_every_account
                openings_are_written_once
                openings_at_once_are_written_once
            }
            login_tokens {
                a_token_logs_in_once
                a_token_is_good_no_longer_than_any
                an_expired_token_gives_nobody_and_is_gone
                an_unknown_token_gives_nobody
                of_many_uses_of_one_token_one_wins
                the_tokens_of_a_user_end_together
                a_token_that_exists_is_a_duplicate
            }
            managed_users {
                what_administrators_write_is_read_again
                an_address_of_another_user_is_refused
                many_users_are_made_at_once
                bans_spare_administrators
                every_way_into_accounts_ends
                a_user_goes_with_what_is_its_own
                work_on_many_users_is_kept
            }
            mails {
                a_queued_message_is_due_at_once
                due_messages_come_oldest_first
                many_messages_are_queued_at_once
                a_leased_message_is_not_due_until_the_lease_runs_out
                a_message_waits_no_longer_than_its_rule_says
                each_message_goes_to_one_of_many_senders
                a_sent_message_forgets_its_values
                a_failed_attempt_is_repeated_at_its_time
                a_message_that_is_given_up_stays_visible
                a_sender_that_lost_its_lease_changes_nothing
                deliveries_are_logged
                a_stored_template_is_found
                a_template_is_stored_replaced_and_deleted
                sent_messages_are_deleted_after_a_while
                lines_of_the_log_are_deleted_some_at_a_time
                a_message_of_a_rolled_back_transaction_is_never_sent
            }
            managed_knowledge {
                an_article_is_made_changed_and_deleted
                articles_get_new_places
                an_announcement_is_made_changed_and_deleted
                announcements_get_new_places
            }
            management {
                a_group_is_made_renamed_and_deleted
                what_holds_a_group_is_found
                a_rule_is_made_changed_and_deleted
                a_machine_is_made_changed_and_deleted
                the_token_of_a_machine_is_unique
            }
            node_users {
                admitted_users_are_listed_by_number
                devices_are_counted
                devices_are_listed
                devices_of_concurrent_reports_are_all_counted
                whoever_has_as_many_devices_as_allowed_is_named_once
            }
            managed_nodes {
                a_node_is_kept_as_it_is_made
                a_node_is_changed
                nodes_are_named_for_changes
                the_switches_of_nodes_are_turned
                nodes_have_places
                what_nodes_carried_is_forgotten
                nodes_are_deleted
            }
            node {
                a_node_is_read_in_full
                nodes_are_found_by_code_and_by_number
                shown_nodes_are_listed_with_their_state
                the_state_of_a_node_changes_piece_by_piece
                rules_are_listed_by_number
                every_node_is_listed
                nodes_are_heard_of_together
                silent_nodes_are_listed_until_reported
                nodes_that_were_heard_of_ahead_are_heard_of_now
                signs_of_nodes_are_listed_with_how_they_were_found
                how_a_node_is_found_moves_once
                of_many_that_look_at_a_node_one_moves_it
                machines_are_found_and_listed
                the_load_of_a_machine_is_kept
            }
            open_orders {
                a_user_has_one_open_order
                of_many_open_orders_of_one_user_one_is_inserted
                unfinished_orders_are_found
                rolled_back_orders_leave_nothing
            }
            operations {
                the_state_of_an_operation_is_kept
                a_locked_operation_keeps_others_out
            }
            order_views {
                an_order_is_shown_to_its_buyer
                the_status_of_an_order_is_shown
                orders_are_listed_newest_first
                orders_are_listed_by_number
            }
            order_worths {
                use_is_counted_on_over_resets
                credit_of_a_worth_is_kept
                sold_orders_are_listed
                an_unpaid_commission_is_lowered
                who_was_paid_for_an_order_is_known
                debts_of_commission_are_summed
            }
            orders {
                a_placed_order_is_read_in_full
                an_order_of_another_program_is_read_in_full
                a_missing_order_is_none
                a_number_that_is_taken_is_a_duplicate
                an_order_moves_only_from_where_it_stands
                of_many_moves_of_one_order_one_wins
                a_locked_order_keeps_others_out
                completed_orders_are_listed
                a_checkout_is_written_while_the_order_waits
                commission_moves_only_from_where_it_stands
                failures_to_open_are_noted
            }
            payment_offers {
                a_method_is_made_and_changed
                a_method_is_deleted
                what_waits_for_a_method_is_found
                methods_are_put_in_their_places
            }
            payments {
                a_method_is_read_in_full
                a_missing_method_is_none
                methods_are_listed_in_their_order
                a_notice_is_kept_as_it_arrived
                a_payment_is_claimed_once
                a_claimed_payment_is_found
                a_payment_for_an_odd_order_is_claimed
                old_notices_are_deleted
                a_kept_notice_is_deleted
            }
            places {
                subscribers_are_counted
                reservations_are_counted
                a_locked_plan_keeps_others_out
                plans_on_sale_are_listed_in_their_order
            }
            passwords {
                a_password_is_replaced_only_if_it_still_is_the_old_one
                a_replaced_password_forgets_algorithm_and_salt
                of_many_changes_of_one_password_one_wins
            }
            plan_offers {
                only_the_given_switches_of_a_plan_are_turned
                a_plan_is_deleted
                what_holds_a_plan_is_found
            }
            plan_terms {
                a_plan_is_made_and_changed
                switches_and_places_of_a_plan_stay
                plans_are_put_in_their_places
                members_get_what_their_plan_gives
            }
            plans {
                a_plan_is_read_in_full
                a_plan_without_limits_has_none
                a_missing_plan_is_none
            }
            plugins {
                the_first_row_of_a_plugin_is_written_once
                a_plugin_is_written_whole
                of_many_installations_one_wins
            }
            real_names {
                a_submission_is_kept_in_full
                a_second_submission_is_a_duplicate
                a_submission_moves_only_from_where_it_stands
                of_many_moves_of_one_submission_one_wins
                holders_of_an_identity_are_counted
                of_many_users_of_one_identity_one_gets_it
                submissions_come_in_batches_and_orphans_go
                only_what_is_pending_is_approved_at_once
                limited_events_are_counted_outside_transactions
            }
            receipts {
                a_receipt_is_read_in_full
                a_receipt_is_kept_once
                a_receipt_calls_things_by_their_names
                numbers_of_receipts_have_no_gaps
                many_receipts_at_once_have_no_gaps
            }
            refunds {
                a_refund_is_read_in_full
                a_refund_is_tried_by_one_at_a_time
                what_is_refunded_moves_only_from_where_it_stands
                of_many_refunds_of_one_order_one_wins
            }
            reviews {
                a_review_is_added_once
                of_many_reviews_of_one_payment_one_is_added
                a_review_is_read_in_full
                a_review_moves_only_from_where_it_stands
                of_many_settlements_of_one_review_one_wins
                the_standing_of_a_dispute_is_written
            }
            secrets {
                a_secret_is_kept
                a_secret_is_never_replaced
                of_many_first_secrets_one_wins
            }
            sessions {
                addresses_of_live_sessions_are_listed
                an_open_session_is_found_with_its_account
                a_session_ends_at_its_time
                a_session_of_a_missing_account_is_none
                a_session_of_the_reference_panel_is_found
                sessions_are_listed_by_activity
                only_the_users_own_live_sessions_are_listed
                a_session_is_removed_by_name_and_by_number
                nobody_removes_somebody_elses_session
                all_sessions_but_one_are_ended
                surplus_and_expired_sessions_are_ended
                a_use_that_lies_ahead_is_none
                ended_sessions_are_deleted
                a_token_that_exists_is_named
            }
            settings {
                an_empty_table_lists_nothing
                a_setting_is_written_and_overwritten
                a_missing_setting_is_inserted_once
                the_configuration_of_a_theme_is_locked
                many_settings_are_written_at_once
                templates_are_written_and_read
                plugins_are_listed
                the_times_of_a_setting_are_written
            }
            statistics {
                a_day_without_anything_is_all_zeros
                a_day_is_summed_up
                the_record_of_a_day_replaces_itself
                old_records_are_deleted
            }
            traffic_resets {
                users_are_found_by_what_is_due
                subjects_know_the_methods_of_their_plans
                a_next_reset_moves_only_from_where_it_stands
                many_resets_are_logged_at_once
                of_many_resets_of_one_user_one_happens
                the_followed_rules_are_kept
            }
            traffic_log {
                only_the_users_own_days_are_listed
                the_newest_day_comes_first
            }
            tickets {
                an_opened_ticket_is_read_in_full
                texts_are_kept_as_they_were_written
                own_tickets_are_listed_newest_first
                the_latest_messages_are_shown_oldest_first
                a_reply_is_noted_on_the_ticket
                a_ticket_is_closed_once
                resting_tickets_come_in_batches
                of_many_tickets_of_one_user_one_is_opened
                a_locked_ticket_keeps_replies_out
            }
            renewals {
                the_switch_is_kept
                of_each_end_there_is_one_renewal
                whose_subscription_ends_is_found
                attempts_are_kept_for_a_while
            }
            statements {
                a_statement_tells_what_was_there_after_each_entry
                a_statement_without_its_user_tells_no_balances
            }
            subscription_links {
                a_token_finds_its_account
                only_the_exact_token_is_one
                the_nodes_of_a_group_are_listed
            }
            packages {
                a_package_is_read_as_it_was_written
                a_capacity_is_for_all_sales
                of_many_that_want_the_last_package_one_gets_it
                what_an_order_bought_is_kept
                what_is_left_moves_by_what_was_read
                holders_are_told_apart
                whoever_gets_a_plan_keeps_packages
            }
            top_ups {
                the_bonus_of_a_top_up_is_kept
                a_top_up_is_an_order_of_its_own
            }
            traffic {
                a_report_is_noted_once
                of_many_alike_reports_one_counts
                traffic_is_added_to_users
                sums_stay_at_the_end_of_their_range
                statistics_of_users_add_up
                nodes_count_what_they_carried
                concurrent_reports_are_counted_exactly
            }
            shadows {
                a_shadow_has_the_password_of_its_main_account
                what_follows_is_written_in_full
                a_user_has_one_shadow
                of_many_that_switch_on_one_makes_a_shadow
                a_password_is_copied_once
                a_new_identity_is_written
                pairs_come_in_batches
                a_deleted_shadow_leaves_nothing
                a_shadow_takes_no_place
                a_shadow_is_left_out_of_what_concerns_people
                limits_hold_without_a_plan
                an_unused_shadow_is_not_cleared_away
                users_without_an_approval_are_found
            }
            transactions {
                changes_are_seen_by_others_after_the_commit_only
                who_only_reads_waits_for_no_writer
                who_only_reads_writes_nothing
                a_rollback_undoes_everything
                a_dropped_transaction_is_undone
                an_aborted_task_leaves_no_lock_behind
                after_an_error_the_transaction_is_over
                the_database_answers
            }
            touched {
                managed_users_that_change_are_told_of
                accounts_that_change_are_told_of
                subscriptions_that_change_are_told_of
                who_uses_up_the_quota_is_told_of
                shadows_that_change_are_told_of
                real_names_that_change_are_told_of
            }
            upkeep {
                stale_users_are_not_online
                exhausted_users_are_found
                only_unused_users_are_deleted
                users_to_be_reminded_are_found
            }
            user_changes {
                changed_users_are_listed_from_a_number_on
                old_notes_are_deleted
            }
            webhooks {
                an_endpoint_is_read_as_it_was_written
                only_what_is_committed_and_heard_is_told
                many_events_are_told_in_their_order
                an_endpoint_gets_what_it_wants_once
                of_one_subject_one_event_is_under_way
                each_delivery_goes_to_one_of_many_senders
                what_a_sender_left_behind_is_taken_by_another
                what_failed_waits_and_what_is_behind_it
                what_has_ended_begins_anew
                an_endpoint_fails_until_it_is_off
                old_events_go_with_their_deliveries
                entries_of_the_ledger_are_noted_once
                plans_of_users_are_noted_once
            }
            withdrawals {
                a_withdrawal_is_read_in_full
                a_withdrawal_moves_only_from_where_it_stands
                open_requests_are_reserved
                a_locked_commission_balance_is_read
                of_many_payments_of_one_request_one_counts
            }
        );
    };
    (@reads $fresh:expr) => {
        $crate::contract!(@tests $fresh,
            accounting {
                the_books_are_read_in_batches
                a_line_of_the_books_is_read_in_full
            }
            audit {
                a_request_is_recorded_with_what_it_changed
                the_record_is_searched
                old_rows_of_the_record_are_deleted_in_portions
            }
            coupon_offers {
                coupons_are_listed_in_full
                coupons_are_filtered
                coupons_are_sorted
            }
            device_users {
                users_are_listed_by_their_devices
                users_with_devices_are_read_in_full
            }
            gift_card_lists {
                gift_templates_are_listed_with_what_became_of_them
                gift_cards_are_listed_with_template_and_user
                the_codes_of_a_batch_are_exported
                redemptions_are_listed_for_administrators
                gift_cards_are_summed
            }
            figures {
                a_panel_without_anything_is_all_zeros
                a_panel_is_summed_up
                records_of_days_are_listed
                traffic_of_a_user_is_listed
                nodes_are_ranked
                users_are_ranked
                inviters_are_ranked
            }
            node_management {
                groups_are_listed_with_who_is_in_them
                rules_are_listed
                machines_are_listed_with_their_nodes
                loads_of_a_machine_are_listed
            }
            managed_orders {
                orders_are_listed_in_full
                orders_are_filtered_and_sorted
                an_order_is_read_with_all_that_belongs_to_it
                methods_are_listed_for_administrators
            }
            managed_reviews {
                reviews_are_listed_with_the_mark
                kept_notices_are_read_for_administrators
            }
            managed_webhooks {
                deliveries_are_listed_with_what_is_sent
                endpoints_have_what_became_of_their_deliveries
            }
            long_lists {
                long_lists_show_the_rows_of_now
            }
            reads {
                plans_are_listed_with_their_users
                the_state_of_each_job_is_listed
                what_waits_in_the_outbox_is_counted
                kept_lists_are_an_operators_own
                mails_and_work_on_many_are_listed
            }
            managed_support {
                articles_are_listed_for_administrators
                announcements_are_listed_for_administrators
                tickets_are_listed_for_administrators
                a_ticket_is_shown_to_administrators
                stored_mail_templates_are_listed
            }
            real_name_reviews {
                submissions_are_listed_and_counted
                users_without_a_submission_are_listed
            }
        );
    };
    (@tests $fresh:expr, $($noun:ident { $($promise:ident)+ })+) => {$(
        mod $noun {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                let Some(fresh) = $fresh.await else { return };
                $crate::contract::$noun::$promise(&fresh).await;
            }
        )+}
    )+};
}

/// The same for what administrators read, which only databases have.
#[macro_export]
macro_rules! admin_contract {
    ($fresh:expr) => {
        $crate::contract!(@reads $fresh);
    };
}
