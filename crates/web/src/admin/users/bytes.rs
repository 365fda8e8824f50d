//! Bytes as people read them, exactly as the reference words them.

const KIB: i64 = 1 << 10;
const MIB: i64 = 1 << 20;
const GIB: i64 = 1 << 30;
const TIB: i64 = 1 << 40;

/// So many of a unit, with at most two decimals.
fn of_unit(bytes: i64, unit: i64, name: &str) -> String {
    let hundredths = (i128::from(bytes) * 100 + i128::from(unit) / 2) / i128::from(unit);
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 => format!("{whole} {name}"),
        rest if rest % 10 == 0 => format!("{whole}.{} {name}", rest / 10),
        rest => format!("{whole}.{rest:02} {name}"),
    }
}

/// As tables of users show them: a unit begins beyond its own size, and the largest is a gigabyte.
pub(super) fn exported(bytes: i64) -> String {
    let bytes = bytes.max(0);
    match bytes {
        _ if bytes > GIB => of_unit(bytes, GIB, "GB"),
        _ if bytes > MIB => of_unit(bytes, MIB, "MB"),
        _ if bytes > KIB => of_unit(bytes, KIB, "KB"),
        _ => of_unit(bytes, 1, "B"),
    }
}

/// As the log of resets shows them.
pub(super) fn logged(bytes: i64) -> String {
    let bytes = bytes.max(0);
    match bytes {
        _ if bytes >= TIB => of_unit(bytes, TIB, "TB"),
        _ if bytes >= GIB => of_unit(bytes, GIB, "GB"),
        _ if bytes >= MIB => of_unit(bytes, MIB, "MB"),
        _ if bytes >= KIB => of_unit(bytes, KIB, "KB"),
        _ => of_unit(bytes, 1, "B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_worded_as_the_reference_does() {
        for (bytes, table, log) in [
            (-1, "0 B", "0 B"),
            (0, "0 B", "0 B"),
            (300, "300 B", "300 B"),
            (KIB, "1024 B", "1 KB"),
            (GIB, "1024 MB", "1 GB"),
            (GIB + GIB / 2, "1.5 GB", "1.5 GB"),
            (GIB * 100, "100 GB", "100 GB"),
            (GIB + GIB / 100, "1.01 GB", "1.01 GB"),
            (TIB * 2, "2048 GB", "2 TB"),
            (i64::MAX, "8589934592 GB", "8388608 TB"),
        ] {
            assert_eq!((exported(bytes), logged(bytes)), (table.into(), log.into()));
        }
    }
}
