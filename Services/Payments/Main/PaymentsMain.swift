import Payments
import ServiceKit

@main
struct PaymentsMain {
    static func main() async {
        await ServiceRunner.main(PaymentsService.self)
    }
}
