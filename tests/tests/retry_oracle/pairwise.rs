//! A small covering array: rows in which every two levels of any two factors meet.

/// Rows of levels, one level for each factor, so that every pair of levels occurs. The same for the same `levels`.
pub fn pairwise(levels: &[usize]) -> Vec<Vec<usize>> {
    let pairs = |a: usize, b: usize| (0..levels[a]).flat_map(move |x| (0..levels[b]).map(move |y| (a, x, b, y)));
    let mut open: std::collections::BTreeSet<_> =
        (0..levels.len()).flat_map(|a| (a + 1..levels.len()).flat_map(move |b| pairs(a, b))).collect();
    let mut rows = Vec::new();
    while let Some(&(a, x, b, y)) = open.first() {
        let mut row: Vec<Option<usize>> = vec![None; levels.len()];
        (row[a], row[b]) = (Some(x), Some(y));
        for factor in 0..levels.len() {
            // The level that meets the most others for the first time; of equals, one that differs from row to row.
            let gain = |level: &usize| {
                let met = row.iter().enumerate().filter(|(other, _)| *other != factor);
                met.filter(|(other, value)| {
                    value.is_some_and(|value| {
                        let pair = if *other < factor {
                            (*other, value, factor, *level)
                        } else {
                            (factor, *level, *other, value)
                        };
                        open.contains(&pair)
                    })
                })
                .count()
            };
            if row[factor].is_none() {
                let turned = (0..levels[factor]).map(|level| (level + rows.len()) % levels[factor]);
                row[factor] = turned.max_by_key(gain);
            }
        }
        let row: Vec<usize> = row.into_iter().flatten().collect();
        for a in 0..row.len() {
            for b in a + 1..row.len() {
                open.remove(&(a, row[a], b, row[b]));
            }
        }
        rows.push(row);
    }
    rows
}
