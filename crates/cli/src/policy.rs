//! `alicloud policy`

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;

use alicloud_codegen::generate;
use alicloud_codegen::permission_table;
use alicloud_codegen::source::Source;
use alicloud_codegen::spelling::did_you_mean;
use alicloud_explorer::Catalog;
use alicloud_explorer::catalog::Document;
use alicloud_policy::arn::Variables;
use alicloud_policy::check::{Report, check};
use alicloud_policy::explain::explain;
use alicloud_policy::fix::{self, fix};
use alicloud_policy::policy::{MAX_CHARACTERS, Policy};
use alicloud_policy::project::Project;
use alicloud_policy::record;
use alicloud_policy::requirement::Requirements;
use alicloud_policy::scan::{Targets, scan};
use alicloud_policy::usage::{self, Operation, Origin, Table, Usages};

use crate::documents::Documents;
use crate::{Failure, output};

/// Prints the RAM policy that a program needs
///
/// The operations come from the source of a project, from a recording of its tests, or from their names; several of
/// these options add up. An operation without a documented action is reported and is not part of the policy.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  alicloud policy --crate . --region cn-hangzhou --account 1234567890123456
  alicloud policy --operations ecs:RunInstances,ecs:DescribeInstances
  alicloud policy --crate . --record target/calls.jsonl --check policy.json
  alicloud policy --fix \"$(cat error.txt)\"

Exit codes: 0 for success, 1 if --check finds that something is missing, 2 for
wrong usage.")]
pub(crate) struct Arguments {
    /// Operations, as product:Operation or product@version:Operation
    #[arg(long, value_name = "OPERATIONS", value_delimiter = ',')]
    operations: Vec<String>,
    /// The folder of a Rust project that uses generated crates
    #[arg(long = "crate", value_name = "DIR")]
    project: Option<PathBuf>,
    /// Scan tests, examples and benchmarks of the project too
    #[arg(long, requires = "project")]
    all_targets: bool,
    /// A file that `PolicyRecorder` wrote; repeat it for several
    #[arg(long, value_name = "FILE")]
    record: Vec<PathBuf>,
    #[command(flatten)]
    documents: Documents,
    /// The region of the resources
    #[arg(long)]
    region: Option<String>,
    /// The ID of the account that owns the resources
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// The value of another variable of resource names; repeat it for several
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Print the actions alone
    #[arg(long, conflicts_with_all = ["explain", "check", "fix"])]
    actions_only: bool,
    /// Print for each action which operation needs it, where that is used, and where the fact is from
    #[arg(long, conflicts_with_all = ["check", "fix"])]
    explain: bool,
    /// Compare a policy with what is needed: print what is missing, and what is too much
    #[arg(long, value_name = "POLICY", conflicts_with = "fix")]
    check: Option<PathBuf>,
    /// Print the statement that an error needs; - reads the error from standard input
    #[arg(long, value_name = "ERROR")]
    fix: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let variables = arguments.variables()?;
    if let Some(error) = &arguments.fix {
        return print_fix(arguments, error, &variables);
    }
    let (usages, tables) = arguments.usages()?;
    if usages.is_empty() {
        return Err(Failure::Refused("no operation is found".to_owned()));
    }
    let requirements = Requirements::new(&usages, &tables, &variables);
    for warning in &requirements.warnings {
        warn(warning);
    }
    if arguments.explain {
        output::line(&explain(&requirements))?;
        return Ok(true);
    }
    for (operation, usage) in &requirements.undocumented {
        let origins = usage.origins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        warn(&format!("no action is documented for {operation} ({origins}): it is not in the policy"));
    }
    if arguments.actions_only {
        requirements.needed().keys().try_for_each(|action| output::line(action))?;
        return Ok(true);
    }
    if let Some(path) = &arguments.check {
        let policy = Policy::read(&read(path)?)
            .map_err(|error| Failure::Usage(format!("{}: is not a policy: {error}", path.display())))?;
        return print_report(&check(&policy, &requirements.needed()));
    }
    let policies = requirements.policies();
    if policies.is_empty() {
        return Err(Failure::Refused("no action is needed, or none is documented".to_owned()));
    }
    if policies.len() > 1 {
        warn(&format!(
            "one policy would exceed the {MAX_CHARACTERS} characters that RAM accepts: it is split into {}",
            policies.len()
        ));
    }
    policies.iter().try_for_each(|policy| output::line(&policy.text()))?;
    Ok(true)
}

impl Arguments {
    fn variables(&self) -> Result<Variables, Failure> {
        let mut variables = Variables::default();
        let named = [("regionId", &self.region), ("accountId", &self.account)];
        for (name, value) in named.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            variables.add(name, value);
        }
        for pair in &self.set {
            let (name, value) = pair
                .split_once('=')
                .filter(|(name, value)| !name.is_empty() && !value.is_empty())
                .ok_or_else(|| Failure::Usage(format!("--set {pair}: expected NAME=VALUE")))?;
            variables.add(name, value);
        }
        Ok(variables)
    }

    /// Returns the operations, and the tables of their products.
    fn usages(&self) -> Result<(Usages, Vec<Table>), Failure> {
        if self.operations.is_empty() && self.project.is_none() && self.record.is_empty() {
            let options = "--operations, --crate or --record";
            return Err(Failure::Usage(format!("name the operations with {options}, or an error with --fix")));
        }
        let mut usages = Usages::new();
        let mut tables = Vec::new();
        if let Some(folder) = &self.project {
            let project = Project::load(folder).map_err(|error| Failure::Usage(error.to_string()))?;
            let targets = if self.all_targets { Targets::All } else { Targets::Shipped };
            let found = scan(&project, targets);
            for gap in &found.gaps {
                warn(&gap.to_string());
            }
            usages = found.usages;
            tables = project.tables;
        }
        for path in &self.record {
            record::read(&read(path)?, &mut usages)
                .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        }
        // The tables of the project are exact; documents are for the products that it does not depend on.
        let known = |product: &str, version: &str, tables: &[Table]| tables.iter().any(|it| it.is(product, version));
        let is_complete = usages.keys().all(|of| known(&of.product, &of.version, &tables));
        if is_complete && self.operations.is_empty() {
            return Ok((usages, tables));
        }
        let catalog = self.documents.load()?;
        for named in &self.operations {
            let (operation, document) = named_operation(&catalog, named)?;
            if !known(&operation.product, &operation.version, &tables) {
                tables.push(table(document));
            }
            usage::add(&mut usages, operation, Origin::Named);
        }
        let products: BTreeSet<(&String, &String)> = usages.keys().map(|of| (&of.product, &of.version)).collect();
        for (product, version) in products {
            if known(product, version, &tables) {
                continue;
            }
            let mut documents = catalog.documents().iter();
            let is =
                |document: &Document| document.product().eq_ignore_ascii_case(product) && document.version() == version;
            match documents.find(|document| is(document)) {
                Some(document) => tables.push(table(document)),
                None => warn(&format!("no document of {product} {version} is loaded; --specs names one")),
            }
        }
        Ok((usages, tables))
    }
}

fn named_operation<'c>(catalog: &'c Catalog, named: &str) -> Result<(Operation, &'c Document), Failure> {
    let invalid = || Failure::Usage(format!("--operations {named}: expected product:Operation"));
    let parts = named.trim().split_once(':').filter(|(product, name)| !product.is_empty() && !name.is_empty());
    let (product, name) = parts.ok_or_else(invalid)?;
    let (product, version) = product.split_once('@').map_or((product, None), |(name, version)| (name, Some(version)));
    let document = catalog.document(product, version)?;
    let names = || document.entries().iter().map(|entry| entry.name.as_str());
    let exact = names().find(|known| *known == name);
    let Some(name) = exact.or_else(|| names().find(|known| known.eq_ignore_ascii_case(name))) else {
        let hint = did_you_mean(name, names()).map(|hint| format!("; {hint}")).unwrap_or_default();
        return Err(Failure::Refused(format!("{} has no operation `{name}`{hint}", document.product())));
    };
    let (product, version) = (document.product().to_owned(), document.version().to_owned());
    Ok((Operation { product, version, name: name.to_owned() }, document))
}

fn table(document: &Document) -> Table {
    // Operations that cannot be generated need permissions all the same.
    let source = document.path().display().to_string();
    let model = generate::whole_model(&Source::new(source.as_str(), document.text()));
    Table { permissions: permission_table(&model), source }
}

fn print_report(report: &Report) -> Result<bool, Failure> {
    let sections = [
        ("Missing:", report.missing.iter().map(ToString::to_string).collect::<Vec<_>>()),
        ("Decided by a condition:", report.conditional.iter().map(ToString::to_string).collect()),
        ("More than is needed:", report.excess.iter().map(ToString::to_string).collect()),
    ];
    for (title, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
        output::line(title)?;
        lines.iter().try_for_each(|line| output::line(&format!("  {line}")))?;
    }
    if sections.iter().all(|(_, lines)| lines.is_empty()) {
        output::line("The policy allows what is needed, and no more.")?;
    }
    Ok(report.missing.is_empty())
}

fn print_fix(arguments: &Arguments, error: &str, variables: &Variables) -> Result<bool, Failure> {
    let mut input = String::new();
    let error = if error == "-" {
        let read = std::io::stdin().lock().read_to_string(&mut input);
        read.map_err(|error| Failure::Refused(format!("standard input cannot be read: {error}")))?;
        &input
    } else {
        error
    };
    let mut tables = match &arguments.project {
        Some(folder) => Project::load(folder).map_err(|error| Failure::Usage(error.to_string()))?.tables,
        None => Vec::new(),
    };
    // The models of all documents take long: only those that the error is about.
    let catalog = arguments.documents.load()?;
    let is_about = |document: &Document| match fix::action(error) {
        Some(action) => document.text().contains(action),
        None => document.entries().iter().any(|entry| error.contains(&entry.name)),
    };
    for document in catalog.documents().iter().filter(|document| is_about(document)) {
        tables.push(table(document));
    }
    let found = fix(error, &tables, variables).map_err(|error| Failure::Refused(error.to_string()))?;
    for note in &found.notes {
        warn(note);
    }
    for statement in &found.statements {
        output::line(&serde_json::to_string_pretty(statement).unwrap_or_default())?;
    }
    Ok(true)
}

fn read(path: &PathBuf) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

fn warn(text: &str) {
    eprintln!("warning: {text}");
}
