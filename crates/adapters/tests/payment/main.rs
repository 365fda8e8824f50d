//! Each gateway against a fake of its real HTTP API on loopback.
//!
//! The signatures in these files are known answers: they were computed with OpenSSL and Python's
//! `hashlib`, never with the code under test. The keys beside them belong to nobody.

#[cfg(test)]
mod alipay_f2f;
#[cfg(test)]
mod btcpay;
#[cfg(test)]
mod coinbase;
#[cfg(test)]
mod coinpayments;
#[cfg(test)]
mod connection;
#[cfg(test)]
mod disputes;
#[cfg(test)]
mod epay;
#[cfg(test)]
mod fake;
#[cfg(test)]
mod mgate;
#[cfg(test)]
mod refunds;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod stripe_checkout;
#[cfg(test)]
mod stripe_credit;
