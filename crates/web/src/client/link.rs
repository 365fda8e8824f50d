//! Where subscription links are.

use percent_encoding::percent_decode_str;

use crate::Panel;

/// Whether all of the path but its last part is the site's `subscribe_path`, as it stands or
/// percent-encoded.
pub(crate) fn is_link(panel: &Panel, path: &str) -> bool {
    let before = path.rsplit_once('/').map_or("", |(before, _)| before);
    let before = before.trim_start_matches('/');
    let site = panel.site();
    let own = site.subscribe.subscribe_path.trim_matches('/');
    before == own
        || percent_decode_str(before)
            .decode_utf8()
            .is_ok_and(|text| text == own)
}
