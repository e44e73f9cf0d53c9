import Edge
import Glibc
import Logging
import Metrics
import NIOCore
import Schema
import ServiceLifecycle
import UnixSignals

/// Makes a process of a service: reads the environment, checks the database, runs until SIGTERM or SIGINT, and ends.
///
/// | exit status | meaning |
/// |---|---|
/// | 0 | stopped as asked |
/// | 1 | a part of the service failed |
/// | 75 | migrations are pending |
/// | 78 | the environment is incomplete or wrong |
public enum ServiceRunner {
    /// Runs the service and ends the process: the whole of a service's `main`.
    public static func main<S: CaravanService>(_ type: S.Type) async {
        exit(await run(type))
    }

    /// Puts a service together without running it, for tests and benchmarks that host it themselves.
    ///
    /// - Throws: What the service's initialiser throws, or `KafkaError` when a Kafka property is wrong.
    public static func build<S: CaravanService>(_ type: S.Type, platform: Platform) throws -> ServiceComposition {
        try ServiceComposition(type, platform: platform, ownsProcess: false)
    }

    private static func run<S: CaravanService>(_ type: S.Type) async -> Int32 {
        // A reader that goes away is an error of its write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // Must be set before the first event loop exists. Requests run on the loops.
        NIOSingletons.groupLoopCountSuggestion = max(2, System.coreCount)
        NIOSingletons.blockingPoolThreadCountSuggestion = 1

        let configuration: CaravanConfiguration
        do {
            configuration = try CaravanConfiguration.fromEnvironment(service: S.name)
        } catch {
            complain(S.name, "wrong configuration: \(error)")
            return ConfigurationError.exitStatus
        }
        LoggingSystem.bootstrap { label in
            JSONLogHandler(label: label, service: S.name, level: configuration.logLevel)
        }
        let metrics = PrometheusRegistry()
        for (name, help) in MetricHelp.all { metrics.describe(name, help) }
        MetricsSystem.bootstrap(metrics)

        let logger = Logger(label: "caravan")
        let platform = Platform(configuration: configuration, metrics: metrics, logger: logger)
        do {
            let composition = try ServiceComposition(type, platform: platform, ownsProcess: true)
            try await checkMigrations(composition.health, logger)
            try await serve(composition, logger)
            logger.info("Stopped")
            return 0
        } catch let error as PendingMigrations {
            complain(S.name, "\(error)")
            return PendingMigrations.exitStatus
        } catch {
            logger.critical("Failed", metadata: ["error": "\(error)"])
            return 1
        }
    }

    /// A database that does not answer is no reason not to start: the service is not ready until it does.
    private static func checkMigrations(_ health: Health, _ logger: Logger) async throws {
        do {
            try await health.check()
        } catch let error as PendingMigrations {
            throw error
        } catch {
            logger.warning("Starting without a database", metadata: ["error": "\(error)"])
        }
    }

    private static func serve(_ composition: ServiceComposition, _ logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: composition.services.map { service in
                .init(service: service, failureTerminationBehavior: .gracefullyShutdownGroup)
            }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = ShutdownWatch.patience
        let group = ServiceGroup(configuration: configuration)
        // Not awaited: without a port it would wait for ever.
        Task {
            let port = await composition.edge.boundPort
            logger.info("Listening", metadata: ["port": "\(port)"])
        }
        try await group.run()
    }

    /// One plain line for whoever starts the process.
    private static func complain(_ service: ServiceName, _ problem: String) {
        LogOutput.standardError.write(Array("\(service.rawValue): \(problem)\n".utf8))
    }
}
