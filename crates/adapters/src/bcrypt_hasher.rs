use std::hint::black_box;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use async_trait::async_trait;
use bcrypt::{BcryptResult, HashParts, Version};
use ferroboard_auth::{
    HashingFailed, Password, PasswordHasher, PasswordScheme, PasswordVerdict, Requester,
    StoredPassword,
};
use ferroboard_kernel::{constant_time_eq, lower_hex};
use md5::Md5;
use sha2::{Digest, Sha256};

use crate::hashing_pool::HashingPool;

/// How passwords are hashed, and by how many threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingOptions {
    /// The cost of new hashes, 4 to 31: each step doubles the time. Stored hashes of a lower cost
    /// count as outdated.
    pub cost: u32,
    /// How many threads hash at once, each of which keeps one core busy as long as nobody else wants it; 0
    /// is one for each core.
    pub threads: usize,
    /// How many passwords may wait for a thread.
    pub queue: usize,
    /// How far the threads give way to everything else on the machine, 0 (not at all) to 19 (as far as Linux
    /// knows); elsewhere it says nothing.
    pub niceness: u8,
}

impl Default for HashingOptions {
    /// Cost 10, every core, 512 waiting, niceness 10.
    fn default() -> Self {
        Self {
            cost: 10,
            threads: 0,
            queue: 512,
            niceness: 10,
        }
    }
}

impl HashingOptions {
    const MOST_THREADS: usize = 512;
    const LONGEST_QUEUE: usize = 100_000;
    const NICEST: u8 = 19;

    /// Judges the options, and starts nothing.
    pub fn check(&self) -> Result<(), HashingRefused> {
        if !(4..=31).contains(&self.cost) {
            return Err(HashingRefused::Cost(self.cost));
        }
        if self.threads > Self::MOST_THREADS {
            return Err(HashingRefused::TooManyThreads(self.threads));
        }
        if self.queue > Self::LONGEST_QUEUE {
            return Err(HashingRefused::QueueTooLong(self.queue));
        }
        if self.niceness > Self::NICEST {
            return Err(HashingRefused::TooNice(self.niceness));
        }
        Ok(())
    }
}

/// Why the hasher did not start.
#[derive(Debug, thiserror::Error)]
pub enum HashingRefused {
    /// bcrypt has no such cost.
    #[error("the cost of password hashes must be 4 to 31, not {0}")]
    Cost(u32),
    /// More threads than any machine has cores.
    #[error("there can be at most {most} hashing threads, not {0}", most = HashingOptions::MOST_THREADS)]
    TooManyThreads(usize),
    /// A longer queue than anybody waits for.
    #[error("at most {most} passwords can wait, not {0}", most = HashingOptions::LONGEST_QUEUE)]
    QueueTooLong(usize),
    /// No thread can give way so far.
    #[error("the niceness of hashing is 0 to {nicest}, not {0}", nicest = HashingOptions::NICEST)]
    TooNice(u8),
    /// The operating system gave no thread.
    #[error("the hashing threads did not start: {0}")]
    Threads(#[from] std::io::Error),
}

/// The lowest cost that bcrypt has, for passwords that chance drew.
const QUICKEST: u32 = 4;

/// Hashes with bcrypt on threads of its own. Checks what other panels left behind, too.
pub struct BcryptHasher {
    cost: u32,
    pool: HashingPool,
}

impl BcryptHasher {
    /// Starts the threads. They end when the hasher is dropped.
    pub fn start(options: HashingOptions) -> Result<Self, HashingRefused> {
        options.check()?;
        let threads = match options.threads {
            0 => available_parallelism().map_or(1, NonZeroUsize::get),
            given => given,
        };
        Ok(Self {
            cost: options.cost,
            pool: HashingPool::start(threads, options.queue, options.niceness)?,
        })
    }
}

#[async_trait]
impl PasswordHasher for BcryptHasher {
    async fn hash(
        &self,
        password: &Password,
        requester: &Requester,
    ) -> Result<String, HashingFailed> {
        let (password, cost) = (password.clone(), self.cost);
        let make = move || hash(&password, cost);
        self.pool.run(requester, make).await?
    }

    async fn hash_drawn(
        &self,
        password: &Password,
        requester: &Requester,
    ) -> Result<String, HashingFailed> {
        let password = password.clone();
        let make = move || hash(&password, QUICKEST);
        self.pool.run(requester, make).await?
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<&StoredPassword>,
        requester: &Requester,
    ) -> Result<PasswordVerdict, HashingFailed> {
        let (password, stored, cost) = (password.clone(), stored.cloned(), self.cost);
        let judge = move || judge(&password, stored.as_ref(), cost, spend);
        self.pool.run(requester, judge).await
    }
}

fn hash(password: &Password, cost: u32) -> Result<String, HashingFailed> {
    if password.expose().contains('\0') {
        return Err(HashingFailed::Broken(
            "the password contains NUL".to_owned(),
        ));
    }
    match bcrypt::hash_with_result(password.expose(), cost) {
        Ok(parts) => Ok(parts.format_for_version(Version::TwoY)),
        Err(error) => Err(HashingFailed::Broken(error.to_string())),
    }
}

/// Checks a password. A refusal costs at least one bcrypt of today's cost, so that its time shows
/// neither whether an account exists nor how old its password is: what was cheaper is made up for by `spend`.
fn judge<T>(
    password: &Password,
    stored: Option<&StoredPassword>,
    cost: u32,
    spend: impl FnOnce(&Password, u32) -> T,
) -> PasswordVerdict {
    let (right, stored_cost) = stored.map_or((false, None), |stored| check(password, stored));
    match (right, stored_cost) {
        (true, Some(stored_cost)) if stored_cost >= cost => PasswordVerdict::Right,
        (true, _) => PasswordVerdict::RightButOutdated,
        (false, Some(stored_cost)) if stored_cost >= cost => PasswordVerdict::Wrong,
        (false, _) => {
            black_box(spend(password, cost));
            PasswordVerdict::Wrong
        }
    }
}

/// Takes as long as a check against a bcrypt hash of this cost.
fn spend(password: &Password, cost: u32) -> BcryptResult<HashParts> {
    bcrypt::hash_with_salt(password.expose(), cost, [0; 16])
}

/// Whether it is the password, and the cost of the bcrypt hash if it was checked against one.
fn check(password: &Password, stored: &StoredPassword) -> (bool, Option<u32>) {
    let typed = password.expose();
    // A crypt-style function stops reading at NUL; no password that was ever set contains one.
    if typed.contains('\0') {
        return (false, None);
    }
    let salt = stored.salt.as_deref().unwrap_or_default();
    let right = match stored.scheme() {
        PasswordScheme::Md5 => is_digest::<Md5>(&stored.hash, typed, ""),
        PasswordScheme::Sha256 => is_digest::<Sha256>(&stored.hash, typed, ""),
        PasswordScheme::Md5Salt => is_digest::<Md5>(&stored.hash, typed, salt),
        PasswordScheme::Sha256Salt => is_digest::<Sha256>(&stored.hash, typed, salt),
        PasswordScheme::Crypt if stored.hash.starts_with("$argon2") => {
            is_argon2(&stored.hash, typed)
        }
        PasswordScheme::Crypt => return check_bcrypt(&stored.hash, typed),
    };
    (right, None)
}

fn check_bcrypt(hash: &str, typed: &str) -> (bool, Option<u32>) {
    let ours = ["$2y$", "$2a$", "$2b$"]
        .iter()
        .any(|prefix| hash.starts_with(prefix));
    let Some(parts) = hash.parse::<HashParts>().ok().filter(|_| ours) else {
        return (false, None);
    };
    // Reads the first 72 bytes, as the function that made the hash did.
    match bcrypt::verify(typed, hash) {
        Ok(right) => (right, Some(parts.get_cost())),
        Err(_) => (false, None),
    }
}

fn is_argon2(hash: &str, typed: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        // The parameters come from the hash itself.
        let verified = Argon2::default().verify_password(typed.as_bytes(), &hash);
        verified.is_ok()
    })
}

fn is_digest<D: Digest>(hash: &str, typed: &str, salt: &str) -> bool {
    let digest = D::new().chain_update(typed).chain_update(salt).finalize();
    constant_time_eq(&lower_hex(digest), hash)
}

#[cfg(test)]
mod tests;
