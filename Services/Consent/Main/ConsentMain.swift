import Consent
import ServiceKit

@main
struct ConsentMain {
    static func main() async {
        await ServiceRunner.main(ConsentService.self)
    }
}
