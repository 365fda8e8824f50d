//! What of a folder may be seen: files that lie in it, by plain paths.

use std::fs::File;
use std::path::{Path, PathBuf};

/// How many parts a path may have, and how many bytes.
const DEEPEST: usize = 32;
const LONGEST: usize = 1_000;

/// Opens the file at a path within the folder, for reading, and tells where it really is. `None` where no such file
/// may be seen: the path is not plain, or what is there is no file, or lies elsewhere.
pub(super) fn open(folder: &Path, path: &str) -> Option<(File, PathBuf)> {
    let folder = folder.canonicalize().ok()?;
    let place = folder.join(plain(path)?).canonicalize().ok()?;
    // Where links lead to is judged as the path was.
    let within = place.strip_prefix(&folder).ok()?.to_str()?;
    plain(within)?;
    // Before it is opened: a pipe would be waited for.
    if !place.metadata().ok()?.is_file() {
        return None;
    }
    Some((File::open(&place).ok()?, place))
}

/// The path, if it leads nowhere but further down, to nothing hidden and to no program of a server.
pub(super) fn plain(path: &str) -> Option<PathBuf> {
    let parts: Vec<&str> = path.split('/').collect();
    let is_plain = |part: &&str| {
        let is_odd = |sign: char| sign.is_control() || matches!(sign, '\\' | ':');
        !part.is_empty() && !part.starts_with('.') && !part.contains(is_odd)
    };
    let is_program = |path: &str| {
        let ending = Path::new(path).extension();
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case("php"))
    };
    let fits = path.len() <= LONGEST && parts.len() <= DEEPEST && !is_program(path);
    (fits && parts.iter().all(is_plain)).then(|| parts.iter().collect())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn paths_lead_further_down() {
        for path in ["umi.js", "assets/i18n/zh-CN.js", "主题/x y.png", "a/b.phpx"] {
            assert!(plain(path).is_some(), "{path}");
        }
        for path in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "a/../../x",
            "a/./b",
            "a//b",
            "a/",
            ".env",
            "a/.git/config",
            "a\\..\\x",
            "C:/x",
            "a\0",
            "dashboard.blade.php",
            "x/y.PHP",
            &"a/".repeat(40),
            &"x".repeat(1_001),
        ] {
            assert_eq!(plain(path), None, "{path}");
        }
    }

    #[test]
    fn links_lead_to_nothing_outside() {
        let all = tempfile::tempdir().unwrap();
        let folder = all.path().join("theme");
        std::fs::create_dir_all(folder.join("assets")).unwrap();
        std::fs::write(all.path().join("secret"), "secret").unwrap();
        std::fs::write(folder.join("assets/umi.js"), "program").unwrap();
        std::fs::write(folder.join(".env"), "secret").unwrap();
        symlink(all.path().join("secret"), folder.join("out")).unwrap();
        symlink(all.path(), folder.join("up")).unwrap();
        symlink(folder.join(".env"), folder.join("env")).unwrap();
        symlink(folder.join("assets/umi.js"), folder.join("umi.js")).unwrap();
        for path in [
            "out",
            "up/secret",
            "env",
            "assets",
            "missing",
            "assets/umi.js/x",
        ] {
            assert!(open(&folder, path).is_none(), "{path}");
        }
        for path in ["assets/umi.js", "umi.js"] {
            let mut text = String::new();
            let (mut file, _) = open(&folder, path).unwrap();
            file.read_to_string(&mut text).unwrap();
            assert_eq!(text, "program");
        }
        // The folder itself may be a link.
        symlink(&folder, all.path().join("current")).unwrap();
        assert!(open(&all.path().join("current"), "umi.js").is_some());
        assert!(open(&all.path().join("nowhere"), "umi.js").is_none());
    }
}
