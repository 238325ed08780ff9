// A question over the screen; the first answer keeps things as they are and has the focus.
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: question
    property string title
    property string text
    property string yes
    property string no
    property string yesName
    property string noName
    signal yesClicked
    signal noClicked

    anchors.fill: parent
    color: Qt.alpha(Theme.dark, 0.72)
    onVisibleChanged: if (visible) stay.forceActiveFocus()
    Accessible.role: Accessible.Dialog
    Accessible.name: title

    MouseArea { anchors.fill: parent }
    Rectangle {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gapLarge, 960 * Theme.unit)
        height: column.implicitHeight + 2 * Theme.gapLarge
        radius: Theme.radiusLarge
        color: Theme.background
        border.color: Theme.border
        border.width: Theme.line
        ColumnLayout {
            id: column
            anchors.fill: parent
            anchors.margins: Theme.gapLarge
            spacing: Theme.gap
            Title { Layout.fillWidth: true; text: question.title }
            Label { Layout.fillWidth: true; text: question.text }
            ActionButton {
                id: stay
                objectName: question.yesName
                Layout.fillWidth: true
                Layout.topMargin: Theme.gap
                text: question.yes
                onClicked: question.yesClicked()
            }
            ActionButton {
                objectName: question.noName
                Layout.fillWidth: true
                kind: "secondary"
                danger: true
                text: question.no
                onClicked: question.noClicked()
            }
        }
    }
}
