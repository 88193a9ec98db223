//! Absolute and relative paths.

use std::path::{Component, Path, PathBuf};

/// Returns the folder of a path: absolute, without `..`, with symbolic links resolved as far as the path exists.
pub(super) fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut out = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                // The parent of a symbolic link is that of its target.
                out = canonicalize_existing(&out);
                out.pop();
            }
            part => out.push(part),
        }
    }
    canonicalize_existing(&out)
}

/// Resolves the symbolic links of a path as far as it exists.
fn canonicalize_existing(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(existing) = ancestor.canonicalize() {
            let rest = path.strip_prefix(ancestor).unwrap_or(Path::new(""));
            return without_verbatim_prefix(&existing.join(rest));
        }
    }
    path.to_owned()
}

/// Removes the prefix `\\?\` of canonical paths on Windows, which cargo does not accept in a manifest.
fn without_verbatim_prefix(path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    match text.strip_prefix(r"\\?\") {
        Some(rest) if !rest.starts_with("UNC") => PathBuf::from(rest),
        _ => path.components().collect(),
    }
}

/// Returns the relative path from a folder to `to`, with `/` between the parts; absolute if there is none.
pub(super) fn relative(from: &Path, to: &Path) -> String {
    let to = resolved(to);
    let path = pathdiff::diff_paths(&to, resolved(from)).unwrap_or(to);
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_with_parents_are_normalized() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        std::fs::create_dir_all(at("sdk/crates/core")).expect("a folder");
        for (from, to, expected) in [
            ("sdk/../my-product", "sdk/crates/core", "../sdk/crates/core"),
            ("sdk/crates/../../a/b/../c", "sdk/crates/core", "../../sdk/crates/core"),
            ("sdk/new", "sdk/x/../crates/./core", "../crates/core"),
            ("sdk", "sdk/crates/core", "crates/core"),
        ] {
            assert_eq!(relative(&at(from), &at(to)), expected, "{from} {to}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn resolved_parent_of_symbolic_link_is_parent_of_its_target() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        std::fs::create_dir_all(at("real/deep")).expect("a folder");
        std::os::unix::fs::symlink(at("real/deep"), at("link")).expect("a link");
        assert_eq!(relative(&at("link/../new"), &at("real/core")), "../core");
        assert_eq!(relative(&at("link/new"), &at("real/core")), "../../core");
    }
}
