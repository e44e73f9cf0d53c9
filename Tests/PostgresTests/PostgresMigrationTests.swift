import Postgres
import Testing

@Suite struct PostgresMigrationTests {
    private func order(_ names: String...) throws(PostgresMigrationError) -> [String] {
        try PostgresMigration.validate(names.map { PostgresMigration(name: $0, sql: "") }).map(\.name)
    }

    @Test func ordersByNumberWithinEachPrefix() throws {
        #expect(
            try order("messaging/0002_b.sql", "0001_x.sql", "messaging/0001_a.sql", "0002_y.sql")
                == ["messaging/0001_a.sql", "messaging/0002_b.sql", "0001_x.sql", "0002_y.sql"])
        #expect(try order() == [])
    }

    @Test func everyNumberIsGivenOnce() {
        #expect(throws: PostgresMigrationError.duplicateNumber("0001_b.sql")) { try order("0001_a.sql", "0001_b.sql") }
        #expect(throws: PostgresMigrationError.missingNumber(before: "0003_c.sql")) {
            try order("0001_a.sql", "0003_c.sql")
        }
        #expect(throws: PostgresMigrationError.missingNumber(before: "m/0002_c.sql")) {
            try order("0001_a.sql", "m/0002_c.sql")
        }
    }

    @Test(arguments: [
        "1_a.sql", "0000_a.sql", "0001.sql", "0001_.sql", "0001_A.sql", "0001_a", "00001_a.sql", "0001-a.sql",
        "٠٠٠١_a.sql",
    ])
    func refusesOtherNames(name: String) {
        #expect(throws: PostgresMigrationError.malformedName(name)) { try order(name) }
    }
}
