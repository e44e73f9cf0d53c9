import ArgumentParser
import Glibc
import Schema

/// A Kafka broker for development and tests: librdkafka's mock cluster behind a stable port.
@main
struct DevBroker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devbroker",
        abstract: "A Kafka broker in memory, for development and tests.",
        discussion: """
            It speaks the real protocol over TCP, keeps about 5 MiB per partition, and forgets everything when it ends.
            When it is ready it prints one line of JSON. The control port answers GET / with the same line, and takes

              POST /down                              close all connections and refuse new ones
              POST /up                                accept connections again
              POST /rtt?ms=50                         delay every response
              POST /errors?api=produce&code=7&count=3 fail the next requests of this kind (api: a name or number)
              POST /topics?name=x&partitions=4        create a topic

            Clients should set fetch.wait.max.ms=1: a waiting fetch is not woken when a record arrives.
            """)

    @Option(help: "Where Kafka clients connect on 127.0.0.1; 0 lets the kernel choose.")
    var port: UInt16 = 9092

    @Option(help: "Where faults are ordered, by HTTP on 127.0.0.1; 0 lets the kernel choose.")
    var controlPort: UInt16 = 9093

    @Option(help: "Partitions of each topic of the catalogue.")
    var partitions = Topic.defaultPartitions

    func validate() throws {
        guard partitions > 0 else { throw ValidationError("--partitions must be at least 1") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        // Before any thread starts, so that all of them inherit it and the signal waits for sigwait() below.
        var ending = sigset_t()
        sigemptyset(&ending)
        sigaddset(&ending, SIGTERM)
        sigaddset(&ending, SIGINT)
        pthread_sigmask(SIG_BLOCK, &ending, nil)

        let cluster = try MockCluster(port: port)
        for topic in Topic.all { try cluster.createTopic(topic.name, partitions: partitions) }
        let server = try ControlServer(port: controlPort, cluster: cluster)
        server.start()
        print(server.summary)
        fflush(nil)

        var received: Int32 = 0
        sigwait(&ending, &received)
        // Everything is in memory, and the mock's threads have nothing to finish.
        _exit(0)
    }
}

/// Why the broker cannot start or a control request cannot be served.
struct DevBrokerError: Error, CustomStringConvertible {
    let description: String
}
