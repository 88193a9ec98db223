use std::process::Command;

use super::*;

/// Creates packages with these manifests, by folder.
fn tree(manifests: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (at, text) in manifests {
        let at = folder.path().join(at);
        fs::create_dir_all(at.join("src")).expect("a folder");
        fs::write(at.join("src/lib.rs"), "").expect("a file");
        fs::write(at.join("Cargo.toml"), text).expect("a manifest");
    }
    folder
}

fn package(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}\n")
}

/// Returns the membership of a crate in this folder according to cargo.
fn cargo(folder: &Path) -> &'static str {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&cargo);
        command.args(arguments).current_dir(folder).env_remove("CARGO_TARGET_DIR").env("CARGO_NET_OFFLINE", "true");
        command.output().unwrap_or_else(|error| panic!("{error}"))
    };
    let output = run(&["metadata", "--format-version", "1", "--no-deps"]);
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.contains("believes it's in a workspace"), "{errors}");
        return "unknown";
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let root = PathBuf::from(metadata["workspace_root"].as_str().unwrap_or_default());
    if resolved(&root) == resolved(folder) { "alone" } else { "member" }
}

#[test]
fn membership_of_a_crate_in_every_kind_of_workspace_equals_that_of_cargo() {
    let virtual_root = |text: &str| format!("[workspace]\nresolver = \"2\"\n{text}\n");
    let plain = package("plain", "");
    let pointing = package("pointing", "workspace = \"../root\"");
    let depending = package("depending", "[dependencies]\nnew = { path = \"../new\" }");
    let inheriting = package("inheriting", "[target.'cfg(unix)'.dev-dependencies]\nnew = { workspace = true }");
    let root_package = package("top", "[workspace]\nmembers = [\"crates/a?c\"]");
    for (case, manifests, new, expected) in [
        ("no manifest above", vec![], "new", "alone"),
        ("a package above, no workspace", vec![(".", plain)], "new", "alone"),
        ("not a member", vec![(".", virtual_root("members = [\"crates/n*\"]"))], "new", "unknown"),
        ("a glob", vec![(".", virtual_root("members = [\"crates/n*\"]"))], "crates/new", "member"),
        ("a glob is one level", vec![(".", virtual_root("members = [\"crates/n*\"]"))], "crates/a/new", "unknown"),
        ("a question mark", vec![(".", root_package)], "crates/abc", "member"),
        ("a literal", vec![(".", virtual_root("members = [\"./new/\"]"))], "new", "member"),
        ("no members at all", vec![(".", virtual_root(""))], "new", "unknown"),
        ("excluded", vec![(".", virtual_root("exclude = [\"out\"]"))], "out/new", "alone"),
        (
            "member and excluded",
            vec![(".", virtual_root("members = [\"out/new\"]\nexclude = [\"out\"]"))],
            "out/new",
            "member",
        ),
        (
            "a comment after the table's head",
            vec![(".", "[workspace] # all\nmembers = []\nresolver = \"2\"\n".to_owned())],
            "new",
            "unknown",
        ),
        (
            "a dotted key",
            vec![(".", "workspace.members = [\"new\"]\nworkspace.resolver = \"2\"\n".to_owned())],
            "new",
            "member",
        ),
        (
            "a path dependency of a member",
            vec![(".", virtual_root("members = [\"depending\"]")), ("depending", depending)],
            "new",
            "member",
        ),
        (
            "an inherited path dependency",
            vec![
                (".", virtual_root("members = [\"inheriting\"]\n[workspace.dependencies]\nnew = { path = \"new\" }")),
                ("inheriting", inheriting),
            ],
            "new",
            "member",
        ),
        (
            "the workspace is named by a package above",
            vec![("root", virtual_root("members = [\"../out\", \"../out/new\"]")), ("out", pointing)],
            "out/new",
            "member",
        ),
    ] {
        let mut manifests = manifests;
        // Cargo treats a glob without a match as a literal.
        if manifests.iter().any(|(_, text)| text.contains("crates/n*")) {
            manifests.push(("crates/nother", package("nother", "")));
        }
        manifests.push((new, package("new", "")));
        let manifests: Vec<(&str, &str)> = manifests.iter().map(|(at, text)| (*at, text.as_str())).collect();
        let folder = tree(&manifests);
        let target = folder.path().join(new);
        assert_eq!(cargo(&target), expected, "cargo: {case}");
        let word = |membership: &Membership| match membership {
            Membership::Alone => "alone",
            Membership::Member => "member",
            Membership::Unknown(_) => "unknown",
        };
        assert_eq!(word(&membership(&target)), expected, "{case}");
        // The result is the same before the crate exists.
        fs::remove_dir_all(&target).expect("a folder");
        assert_eq!(word(&membership(&target)), expected, "{case}, new");
    }
}
