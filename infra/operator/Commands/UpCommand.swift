import ArgumentParser
import Foundation
import LocalStack

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Starts the whole system on this machine and shows how it is.",
        discussion: """
            Postgres, devbroker, the five services and nginx, with a demo account. Ctrl-C stops all of it; what was \
            stored is there again the next time. What dies is started again.
            """)

    @OptionGroup var stack: StackOptions

    @Option(help: "How many of each service.")
    var replicas = 1

    @Flag(help: "Return when everything is ready; `down` stops it.")
    var detach = false

    @Flag(help: "Stop when standard input ends, which is when the caller does.")
    var untilStdinCloses = false

    @Flag(help: "Let the gateway listen with TLS too, one port above the other, with a certificate made here.")
    var tls = false

    func validate() throws {
        guard (1...20).contains(replicas) else { throw ValidationError("--replicas takes 1 to 20") }
        guard (1024...65_000).contains(stack.portBase) else { throw ValidationError("--port-base takes 1024 to 65000") }
        guard !(detach && untilStdinCloses) else { throw ValidationError("--detach has no standard input to follow") }
    }

    func run() async throws {
        if detach {
            try await DetachedStack(directory: stack.place, arguments: foregroundArguments).start()
        } else {
            let run = StackRun(
                directory: stack.place, ports: StackPorts(base: stack.portBase), replicas: replicas, usesTLS: tls)
            try await run.run(until: StopRequest(stdin: untilStdinCloses))
        }
    }

    private var foregroundArguments: [String] {
        ["up", "--directory", stack.place.path, "--port-base", "\(stack.portBase)", "--replicas", "\(replicas)"]
            + (tls ? ["--tls"] : [])
    }
}
