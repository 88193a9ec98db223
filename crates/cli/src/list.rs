//! `alicloud list`

use alicloud_explorer::Catalog;

use crate::catalogue::{Catalogue, Source};
use crate::documents::Documents;
use crate::{Failure, output, runtime};

/// Lists products and operations
///
/// Without --specs and without documents in `spec`, the products of the vendor's catalogue are listed. The catalogue is
/// cached for a day.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  alicloud list                    # products
  alicloud list session log off    # operations with these words
  alicloud list --catalogue        # every product of the vendor")]
pub(crate) struct Arguments {
    /// Words that a line must contain, in any order
    words: Vec<String>,
    /// List the products of the vendor's catalogue
    #[arg(long, conflicts_with = "specs")]
    catalogue: bool,
    /// Download the catalogue even if the cached one is less than a day old
    #[arg(long)]
    refresh: bool,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    documents: Documents,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let words: Vec<String> = arguments.words.iter().map(|word| word.to_lowercase()).collect();
    let matches = |line: &str| {
        let line = line.to_lowercase();
        words.iter().all(|word| line.contains(word.as_str()))
    };
    let catalog = if arguments.catalogue { Catalog::default() } else { arguments.documents.load()? };
    let lines: Vec<String> = if arguments.catalogue || catalog.documents().is_empty() {
        let catalogue = runtime()?.block_on(Catalogue::cached(&arguments.source, arguments.refresh))?;
        let lines = catalogue
            .products
            .iter()
            .map(|product| format!("{:<28} {:<34} {}", product.code, product.versions.join(" "), product.name));
        lines.map(|line| line.trim_end().to_owned()).filter(|line| matches(line)).collect()
    } else if words.is_empty() {
        let documents = catalog.documents().iter();
        let lines = documents.map(|document| {
            let count = document.entries().len();
            format!("{:<28} {:<12} {count:>5} operations  {}", document.product(), document.version(), document.title())
        });
        lines.collect()
    } else {
        let rows = catalog.documents().iter().flat_map(|document| {
            document.entries().iter().map(move |entry| {
                let mark = if entry.deprecated { " (deprecated)" } else { "" };
                format!("{} {}{mark}  {}", document.product(), entry.name, entry.summary)
            })
        });
        rows.filter(|line| matches(line)).collect()
    };
    for line in &lines {
        output::line(line)?;
    }
    if lines.is_empty() {
        eprintln!("nothing matches");
    }
    Ok(!lines.is_empty())
}
