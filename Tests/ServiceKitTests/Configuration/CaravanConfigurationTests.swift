import Kafka
import Logging
import Postgres
import Schema
import Testing

@testable import ServiceKit

@Suite struct CaravanConfigurationTests {
    @Test func theRequiredVariablesAreEnough() throws {
        let configuration = try CaravanConfiguration(service: .orders, environment: Environments.complete)
        #expect(configuration.httpHost == "127.0.0.1")
        #expect(configuration.httpPort == 8080)
        #expect(configuration.logLevel == .info)
        #expect(configuration.database.maximumConnections == 16)
        #expect(configuration.database.applicationName == "caravan-orders")
        #expect(configuration.kafka.properties.isEmpty)
        #expect(configuration.relayPollInterval == .milliseconds(50))
        #expect(configuration.journalRetention == .seconds(7 * 24 * 3600))
        #expect(configuration.webhooks.retrySchedule.count == 11)
        #expect(configuration.webhooks.retrySchedule.reduce(.zero, +) > .seconds(2.5 * 24 * 3600))
        #expect(!configuration.webhooks.allowsPrivateAddresses)
    }

    @Test func everyVariableIsRead() throws {
        let configuration = try CaravanConfiguration(
            service: .notifications,
            environment: Environments.with([
                "CARAVAN_DATABASE_POOL": "4", "CARAVAN_HTTP_HOST": "0.0.0.0", "CARAVAN_HTTP_PORT": "0",
                "CARAVAN_KAFKA_PROPERTIES": #"security.protocol=SASL_SSL,sasl.password=a\,b=c\d,fetch.wait.max.ms=1"#,
                "CARAVAN_LOG_LEVEL": "debug", "CARAVAN_RELAY_POLL_MS": "250", "CARAVAN_JOURNAL_RETENTION_HOURS": "1",
                "CARAVAN_WEBHOOK_RETRY_SCHEDULE": "500ms,5s,2m,1h", "CARAVAN_WEBHOOK_TIMEOUT_MS": "900",
                "CARAVAN_WEBHOOK_CONNECTIONS": "8", "CARAVAN_WEBHOOK_DISABLE_AFTER_HOURS": "2",
                "CARAVAN_WEBHOOK_ALLOW_PRIVATE": "true", "CARAVAN_WEBHOOK_TRUSTED_ROOTS": "/r.pem",
                "CARAVAN_WEBHOOK_CLIENT_CERTIFICATE": "/c.pem", "CARAVAN_WEBHOOK_CLIENT_KEY": "/k.pem",
            ]))
        #expect(configuration.database.maximumConnections == 4)
        #expect(configuration.httpHost == "0.0.0.0")
        #expect(configuration.httpPort == 0)
        #expect(
            configuration.kafka.properties == [
                "security.protocol": "SASL_SSL", "sasl.password": #"a,b=c\d"#, "fetch.wait.max.ms": "1",
            ])
        #expect(configuration.logLevel == .debug)
        #expect(configuration.relayPollInterval == .milliseconds(250))
        #expect(configuration.journalRetention == .seconds(3600))
        let webhooks = configuration.webhooks
        #expect(webhooks.retrySchedule == [.milliseconds(500), .seconds(5), .seconds(120), .seconds(3600)])
        #expect(webhooks.timeout == .milliseconds(900))
        #expect(webhooks.connections == 8)
        #expect(webhooks.disableAfter == .seconds(7200))
        #expect(webhooks.allowsPrivateAddresses)
        #expect(webhooks.trustedRoots == "/r.pem")
        #expect(webhooks.clientCertificate == "/c.pem")
        #expect(webhooks.clientKey == "/k.pem")
    }

    @Test(arguments: [
        ("CARAVAN_DATABASE_URL", "mysql", "a Postgres URL"),
        ("CARAVAN_DATABASE_POOL", "1", "a whole number from 2 to 200"),
        ("CARAVAN_DATABASE_POOL", "many", "a whole number from 2 to 200"),
        ("CARAVAN_KAFKA_BROKERS", "broker", "a list such as host:9092"),
        ("CARAVAN_KAFKA_PROPERTIES", "sasl.password", "a list such as name=value"),
        ("CARAVAN_HTTP_PORT", "65536", "a whole number from 0 to 65535"),
        ("CARAVAN_DATA_KEYS", "k1", "a keyring"),
        ("CARAVAN_LOG_LEVEL", "loud", "a log level"),
        ("CARAVAN_RELAY_POLL_MS", "0", "a whole number from 1"),
        ("CARAVAN_JOURNAL_RETENTION_HOURS", "1.5", "a whole number from 1"),
        ("CARAVAN_WEBHOOK_RETRY_SCHEDULE", "5s,soon", "a list of durations"),
        ("CARAVAN_WEBHOOK_RETRY_SCHEDULE", ",", "a list of durations"),
        ("CARAVAN_WEBHOOK_TIMEOUT_MS", "-1", "a whole number from 100"),
        ("CARAVAN_WEBHOOK_CONNECTIONS", "0", "a whole number from 1"),
        ("CARAVAN_WEBHOOK_DISABLE_AFTER_HOURS", "x", "a whole number from 1"),
        ("CARAVAN_WEBHOOK_ALLOW_PRIVATE", "maybe", "true or false"),
    ])
    func aWrongValueIsNamed(name: String, value: String, expectation: String) throws {
        let key = try #require(ConfigurationTable.all.first { $0.name == name })
        let error = #expect(throws: ConfigurationError.self) {
            try CaravanConfiguration(service: .notifications, environment: Environments.with([name: value]))
        }
        let line = try #require(error).description
        #expect(line.hasPrefix("\(name) must be \(expectation)"))
        #expect(!line.contains("\n"))
        #expect(line.contains("is \"\(value)\"") == !key.isSecret)
    }

    @Test(arguments: ConfigurationTable.all.filter(\.isRequired))
    func aMissingVariableIsNamed(key: ConfigurationKey) throws {
        let service = try #require(key.services.first)
        for absence in [nil, ""] {
            let error = #expect(throws: ConfigurationError.self) {
                try CaravanConfiguration(service: service, environment: Environments.with([key.name: absence]))
            }
            #expect(error?.problems == ["\(key.name) is missing"])
        }
    }

    @Test func everyMistakeIsNamedAtOnce() {
        let error = #expect(throws: ConfigurationError.self) {
            try CaravanConfiguration(service: .orders, environment: ["CARAVAN_HTTP_PORT": "web"])
        }
        #expect(error?.problems.count == 5)
        #expect(error?.description.contains("\n") == false)
    }

    @Test func anotherServicesVariablesAreIgnored() throws {
        _ = try CaravanConfiguration(
            service: .orders, environment: Environments.with(["CARAVAN_WEBHOOK_TIMEOUT_MS": "nonsense"]))
    }
}
