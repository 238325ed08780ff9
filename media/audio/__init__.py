"""Sound from the network to the speaker: when each packet is played, and what is played in place of a lost one."""
