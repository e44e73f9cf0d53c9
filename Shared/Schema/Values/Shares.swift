/// Splits an amount in proportion, without losing or making a unit.
public enum Shares {
    /// The remainder goes to the largest fractions, of equal ones to the first. Nothing is given where all weights are zero.
    ///
    /// - Parameters:
    ///   - amount: In minor units.
    ///   - weights: Zero or more each.
    public static func of(_ amount: Int64, by weights: [Int64]) -> [Int64] {
        let sum = weights.reduce(Int128(0)) { $0 + Int128($1) }
        guard sum > 0 else { return weights.map { _ in 0 } }
        let products = weights.map { Int128($0) * Int128(amount) }
        var shares = products.map { Int64($0 / sum) }
        var left = amount - shares.reduce(0, +)
        for index in products.indices.sorted(by: { (products[$0] % sum, $1) > (products[$1] % sum, $0) }) where left > 0
        {
            shares[index] += 1
            left -= 1
        }
        return shares
    }

    /// Splits amounts twice over: row by row, in proportion to the columns, so that rows and columns both add up.
    ///
    /// - Parameters:
    ///   - rows: What each row comes to; zero or more, together at most what the columns do.
    ///   - columns: What each column comes to in all rows.
    public static func table(rows: [Int64], columns: [Int64]) -> [[Int64]] {
        var left = columns
        return rows.map { row in
            // By what the rows before have left: none gets more than there is, and the last row takes the rest.
            let shares = of(row, by: left)
            for (index, share) in shares.enumerated() { left[index] -= share }
            return shares
        }
    }
}
