import Testing

@testable import Postgres

@Suite struct PGConnectParametersTests {
    /// Without them a client whose host is lost keeps its locks for as long as the kernel's defaults say.
    @Test func theServerProbesTheClientToo() {
        var configuration = PostgresConfiguration(url: "postgresql://db/caravan")
        configuration.tcpUserTimeout = .seconds(7)
        let options = PGConnectParameters(configuration).keywords.last { $0.name == "options" }?.value ?? ""
        for setting in [
            "tcp_keepalives_idle=5", "tcp_keepalives_interval=2", "tcp_keepalives_count=3", "tcp_user_timeout=7000",
        ] {
            #expect(options.contains("-c \(setting)"))
        }
    }
}
