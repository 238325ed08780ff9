// The passport under the document camera: what the camera sees, how to lay the page, and the way to typing.
import QtQuick
import QtQuick.Layouts
import Fernamt

FocusScope {
    id: step
    readonly property real column: Theme.portrait ? width - 2 * Theme.gap : (width - 2 * Theme.gap - Theme.gapLarge) / 2

    Page {
        anchors.fill: parent
        padding: Theme.gap
        maxWidth: width
        spacing: Theme.gap
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gap
            ColumnLayout {
                Layout.preferredWidth: step.column
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap
                Title { Layout.fillWidth: true; text: Say.word("card-zone-title"); font.pixelSize: Theme.panelTitleSize }
                Label { Layout.fillWidth: true; text: Say.word("card-zone-text") }
                Label { Layout.fillWidth: true; color: Theme.mutedText; text: Say.word("card-zone-private") }
            }
            Rectangle {
                Layout.preferredWidth: Math.min(step.column, 720 * Theme.unit)
                Layout.preferredHeight: width * 9 / 16
                Layout.alignment: Qt.AlignHCenter
                radius: Theme.radius
                color: Theme.dark
                border.color: Theme.border
                border.width: Theme.line
                PassportPicture {
                    anchors.centerIn: parent
                    visible: !seen.hasPicture
                    width: parent.height
                }
                Picture {
                    id: seen
                    objectName: "document-picture"
                    anchors.fill: parent
                    anchors.margins: Theme.line
                    feed: documentFeed
                    Accessible.role: Accessible.Graphic
                    Accessible.name: Say.word("card-zone-picture")
                }
            }
            ActionButton {
                objectName: "zone-type"
                Layout.preferredWidth: step.column
                focus: true
                kind: "secondary"
                iconName: "keyboard"
                text: Say.word("card-zone-type")
                onClicked: booth.typeZone()
            }
            ActionButton {
                objectName: "card-skip"
                Layout.preferredWidth: step.column
                kind: "secondary"
                text: Say.word("card-skip")
                onClicked: booth.declineCard()
            }
        }
    }
}
