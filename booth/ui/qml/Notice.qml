// A message that needs no answer; read out when it appears. `kind`: info, success, warning or danger.
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: notice
    property string kind: "info"
    property string text: ""
    readonly property var inks: ({info: Theme.info, success: Theme.success, warning: Theme.warning, danger: Theme.danger})
    readonly property var grounds: ({info: Theme.infoBackground, success: Theme.successBackground,
                                     warning: Theme.warningBackground, danger: Theme.dangerBackground})

    visible: text !== ""
    color: grounds[kind]
    radius: Theme.radius
    border.color: inks[kind]
    border.width: Theme.line
    implicitHeight: row.implicitHeight + 2 * Theme.gap
    implicitWidth: row.implicitWidth + 2 * Theme.gap
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text
    Accessible.ignored: text === ""

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.margins: Theme.gap
        spacing: Theme.gap
        Icon {
            name: notice.kind
            color: notice.inks[notice.kind]
            Layout.alignment: Qt.AlignTop
        }
        Label {
            Layout.fillWidth: true
            text: notice.text
            Accessible.ignored: true
        }
    }
}
