import Schema
import Testing

@testable import ServiceKit

@Suite struct ConfigurationTableTests {
    @Test func namesAreUniqueAndSpelledAlike() {
        let names = ConfigurationTable.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names { #expect(name.wholeMatch(of: /CARAVAN(_[A-Z]+)+/) != nil, "\(name)") }
    }

    @Test func whatHoldsCredentialsIsSecret() {
        #expect(
            ConfigurationTable.secretNames == [
                "CARAVAN_DATABASE_URL", "CARAVAN_KAFKA_PROPERTIES", "CARAVAN_DATA_KEYS", "CARAVAN_TAXJAR_TOKEN",
                "CARAVAN_EMAIL_RULES", "CARAVAN_LEDGER_KEYS", "CARAVAN_SMTP_PASSWORD",
            ])
    }

    @Test func everyDefaultIsAcceptedByEveryService() throws {
        let defaults = Dictionary(
            uniqueKeysWithValues: ConfigurationTable.all.compactMap { key in key.defaultValue.map { (key.name, $0) } })
        for service in ServiceName.allCases {
            _ = try CaravanConfiguration(
                service: service, environment: Environments.complete.merging(defaults) { own, _ in own })
        }
    }

    @Test func markdownHasARowForEveryKey() {
        let lines = ConfigurationTable.markdown().split(separator: "\n")
        #expect(lines.count == ConfigurationTable.all.count + 2)
        #expect(lines[0] == "| variable | default | services | meaning |")
        #expect(lines.contains { $0.hasPrefix("| `CARAVAN_KEY_PUBLIC` | required | all | Ed25519") })
        #expect(lines.contains { $0.hasPrefix("| `CARAVAN_WEBHOOK_CLIENT_KEY` | empty | notifications | ") })
    }

    @Test func theReadmeShowsTheTable() throws {
        let readme = try Repository.text("README.md")
        let parts = readme.split(separator: "<!-- configuration -->", omittingEmptySubsequences: false)
        #expect(parts.count == 2, "README.md needs one <!-- configuration --> marker")
        let table = try #require(parts.last).split(
            separator: "<!-- /configuration -->", omittingEmptySubsequences: false)
        #expect(table.count == 2, "README.md needs one <!-- /configuration --> marker after the first")
        #expect(
            table.first?.split(separator: "\n") == ConfigurationTable.markdown().split(separator: "\n"),
            "Put the output of ConfigurationTable.markdown() between the markers in README.md")
    }
}
