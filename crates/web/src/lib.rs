#![doc = include_str!("../README.md")]

mod admin;
mod answer;
mod client;
mod edge;
mod front_ends;
mod guards;
mod guest;
mod operation;
mod options;
mod panel;
mod passport;
mod request;
mod routes;
mod server;
mod server_api;
mod user;

pub use answer::csv::Csv;
pub use answer::csv_file::CsvFile;
pub use answer::fault::{Fault, Told};
pub use answer::messages::Locale;
pub use front_ends::{admin_app_page, theme_page};
pub use options::{LostLines, MetricsAccess, RateLimits, SocketOptions, WebOptions};
pub use panel::{Mount, Panel};
pub use request::body::{Body, body_of};
pub use request::client_address::{Client, Root, address_of};
pub use request::hosts::AllowedHosts;
pub use request::input::Input;
pub use request::list::refused as list_refused;
pub use request::multipart::UploadedFile;
pub use request::page_root::PageRoot;
pub use request::pattern::Pattern;
pub use request::reader::{Reader, Refused};
pub use routes::noted;

/// The bodies of requests that pages read from their forms, by the rules of the API.
pub mod forms {
    pub use crate::admin::coupons::GenerateCoupons;
    pub use crate::admin::gift_cards::batches::GenerateCodes;
    pub use crate::admin::gift_cards::codes::UpdateCode;
    pub use crate::admin::gift_cards::templates::{CreateTemplate, UpdateTemplate};
    pub use crate::admin::mail::templates::{SaveMailTemplate, TestMailTemplate};
    pub use crate::admin::servers::groups::SaveNodeGroup;
    pub use crate::admin::servers::machines::SaveMachine;
    pub use crate::admin::servers::node_forms::SaveNode;
    pub use crate::admin::servers::node_switches::SwitchNodes;
    pub use crate::admin::servers::routes::SaveNodeRoute;
    pub use crate::admin::support::knowledge::SaveArticle;
    pub use crate::admin::support::notices::SaveNotice;
    pub use crate::admin::support::tickets::AnswerTicket;
    pub use crate::admin::trade::gateway_fields::label as gateway_label;
    pub use crate::admin::trade::order_changes::AssignOrderBody;
    pub use crate::admin::trade::packages::SavePackage;
    pub use crate::admin::trade::payment_forms::SavePayment;
    pub use crate::admin::trade::plan_forms::SavePlan;
    pub use crate::admin::trade::reviews::SettleReviewBody;
    pub use crate::admin::users::generate::GenerateBody;
    pub use crate::admin::users::many::SendMail;
    pub use crate::admin::users::update::UpdateUser;
    pub use crate::admin::webhooks::SaveEndpoint;
    pub use crate::passport::email_codes::SendBody;
    pub use crate::passport::login::LoginBody;
    pub use crate::passport::login_links::MailLinkBody;
    pub use crate::passport::recovery::ForgetBody;
    pub use crate::passport::registration::RegisterBody;
    pub use crate::user::real_name::SubmitRealNameBody;
    pub use crate::user::security::ChangePasswordBody;
}
#[cfg(feature = "bench")]
pub use routes::filled;
pub use server::{app, serve};
