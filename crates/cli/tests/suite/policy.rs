//! `alicloud policy`: its output, its warnings and its exit codes.

use std::process::Output;

use serde_json::{Value, json};

use crate::generate::{Place, code};

fn place() -> Place {
    let place = Place::new();
    let operation = |action: Option<&str>, arn: &str| {
        let mut operation = json!({"methods": ["post"], "responses": {"200": {}}});
        if let Some(action) = action {
            let resources = json!([{"validationType": "always", "resourceType": "Thing", "arn": arn}]);
            operation["ramActions"] =
                json!([{"operationType": "get", "ramAction": {"action": action, "resources": resources}}]);
        }
        operation
    };
    let arn = "acs:demo:{#regionId}:{#accountId}:thing/{#ThingName}";
    place.write(
        "demo.json",
        &json!({
            "info": {"product": "demo", "version": "2024-01-01", "style": "RPC"},
            "apis": {
                "GetThing": operation(Some("demo:GetThing"), arn),
                "ListThings": operation(Some("demo:ListThings"), "*"),
                "Hidden": operation(None, ""),
            },
        }),
    );
    place
}

fn run(place: &Place, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output: Output = place.run(&[&["policy", "--specs", "demo.json"], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (code(&output), text(&output.stdout), text(&output.stderr))
}

#[test]
fn policy_of_operations_is_grouped_and_filled() {
    let place = place();
    let options = ["--region", "cn-a", "--account", "1", "--set", "thing=t"];
    let operations = ["--operations", "demo:GetThing,DEMO@2024-01-01:listthings,demo:Hidden"];
    let (code, policy, errors) = run(&place, &[&operations[..], &options].concat());
    assert_eq!(code, Some(0), "{errors}");
    let policy: Value = serde_json::from_str(&policy).unwrap_or_else(|error| panic!("{error}: {policy}"));
    assert_eq!(
        policy,
        json!({"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": ["demo:ListThings"], "Resource": ["*"]},
            {"Effect": "Allow", "Action": ["demo:GetThing"], "Resource": ["acs:demo:cn-a:1:thing/t"]},
        ]})
    );
    assert_eq!(errors, "warning: no action is documented for demo:Hidden (--operations): it is not in the policy\n");
}

#[test]
fn policy_forms_of_output_show_actions_and_their_origin() {
    let place = place();
    let (code, actions, _) = run(&place, &["--operations", "demo:ListThings,demo:GetThing", "--actions-only"]);
    assert_eq!((code, actions.as_str()), (Some(0), "demo:GetThing\ndemo:ListThings\n"));
    let (code, text, _) = run(&place, &["--operations", "demo:ListThings", "--explain"]);
    assert_eq!(
        (code, text.as_str()),
        (
            Some(0),
            "demo:ListThings (get)\n  resource   *\n  operation  demo:ListThings (2024-01-01)\n  used       --operations\n  \
             source     demo.json\n"
        )
    );
}

#[test]
fn policy_check_exits_with_what_is_missing() {
    let place = place();
    let allow =
        |action: &str| json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]});
    place.write("exact.json", &allow("demo:ListThings"));
    place.write("wide.json", &allow("demo:*"));
    place.write("other.json", &allow("ecs:*"));
    let check = |file: &str| run(&place, &["--operations", "demo:ListThings", "--check", file]);
    let (code, text, _) = check("exact.json");
    assert_eq!((code, text.as_str()), (Some(0), "The policy allows what is needed, and no more.\n"));
    let (code, text, _) = check("wide.json");
    let wide = "More than is needed:\n  statement 1: demo:* is wider than what is needed: demo:ListThings\n";
    assert_eq!((code, text.as_str()), (Some(0), wide));
    let (code, text, _) = check("other.json");
    let missing = "Missing:\n  demo:ListThings on *\nMore than is needed:\n  statement 1: ecs:* is not needed\n";
    assert_eq!((code, text.as_str()), (Some(1), missing));
    let (code, _, errors) = check("demo.json");
    assert_eq!(code, Some(2));
    assert!(errors.contains("demo.json: is not a policy"), "{errors}");
}

#[test]
fn policy_fix_prints_the_statement() {
    let place = place();
    let error = "GetThing: Forbidden.RAM: no (RAM action demo:GetThing: not allowed, HTTP 403)";
    let (code, text, errors) = run(&place, &["--fix", error, "--region", "cn-a", "--account", "1"]);
    assert_eq!(code, Some(0), "{errors}");
    let statement: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(
        statement,
        json!({"Effect": "Allow", "Action": ["demo:GetThing"], "Resource": ["acs:demo:cn-a:1:thing/*"]})
    );
    assert_eq!(run(&place, &["--fix", "Throttling"]).0, Some(1));
}

#[test]
fn policy_wrong_usage_is_refused() {
    let place = place();
    for (arguments, expected, message) in [
        (&[][..], 2, "name the operations with"),
        (&["--operations", "GetThing"], 2, "expected product:Operation"),
        (&["--operations", "demo:GetThings"], 1, "has no operation `GetThings`"),
        (&["--operations", "demo:GetThing", "--set", "x"], 2, "expected NAME=VALUE"),
        (&["--operations", "demo:Hidden"], 1, "no action is needed, or none is documented"),
        (&["--crate", "absent"], 2, "absent"),
        (&["--record", "absent"], 2, "absent"),
    ] {
        let (code, _, errors) = run(&place, arguments);
        assert_eq!(code, Some(expected), "{arguments:?}: {errors}");
        assert!(errors.contains(message), "{arguments:?}: {errors}");
    }
}
