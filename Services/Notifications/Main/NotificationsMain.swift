import Notifications
import ServiceKit

@main
struct NotificationsMain {
    static func main() async {
        await ServiceRunner.main(NotificationsService.self)
    }
}
