import Schema
import Testing

@Suite struct SharesTests {
    @Test func theRemainderGoesToTheLargestFractions() {
        #expect(Shares.of(100, by: [1, 1, 1]) == [34, 33, 33])
        #expect(Shares.of(999, by: [1, 1, 1]) == [333, 333, 333])
        #expect(Shares.of(10, by: [0, 3, 4]) == [0, 4, 6])
        #expect(Shares.of(2, by: [5, 5, 5]) == [1, 1, 0])
        #expect(Shares.of(7, by: [0, 0]) == [0, 0])
        #expect(Shares.of(7, by: []) == [])
    }

    @Test func nothingIsLostOrMade() {
        for amount: Int64 in [0, 1, 2, 99, 12_345, .max] {
            for weights: [Int64] in [[1], [1, 2, 3], [.max, 1], [.max, .max, .max], [0, 0, 9]] {
                #expect(Shares.of(amount, by: weights).reduce(0, +) == amount)
            }
        }
    }

    /// Both ways: what every item is taxed with, and what every authority gets.
    @Test func rowsAndColumnsAddUp() {
        let tables: [(rows: [Int64], columns: [Int64])] = [
            ([272, 544], [516, 21, 279]), ([1, 1, 1], [1, 2]), ([0, 5], [3, 2]), ([7], [0, 7, 0]),
            (Array(repeating: 13, count: 50), [400, 150, 100]),
        ]
        for table in tables {
            let shares = Shares.table(rows: table.rows, columns: table.columns)
            #expect(shares.map { $0.reduce(0, +) } == table.rows)
            let columns = table.columns.indices.map { column in shares.reduce(0) { $0 + $1[column] } }
            #expect(columns == table.columns)
            #expect(shares.allSatisfy { $0.allSatisfy { $0 >= 0 } })
        }
    }

    /// What is left of the columns (the tax on shipping) goes to no row.
    @Test func rowsMayBeLessThanTheColumns() {
        let shares = Shares.table(rows: [10, 20], columns: [30, 10])
        #expect(shares.map { $0.reduce(0, +) } == [10, 20])
    }
}
