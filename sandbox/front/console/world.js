// World: one state of the sandbox, with the questions that the views ask of it: who sits where, who may see
// what, how people and channels are called. The one file that knows how a snapshot is built.

const viewChannel = 1n << 10n; // Discord's VIEW_CHANNEL

export const kind = { text: 0, voice: 2, category: 4 };

// Names of things that are gone stay known, for the timeline.
const remembered = new Map();

export class World {
  constructor(state) {
    this.state = state;
    this.demo = state.demo;
    this.guild =
      state.discord.guilds.find((guild) => guild.id === state.demo.guild_id) ?? state.discord.guilds[0];
    this.users = new Map(state.discord.users.map((user) => [user.id, user]));
    for (const user of state.discord.users) remembered.set(user.id, user.global_name || user.username);
    if (this.guild) remembered.set(this.guild.id, this.guild.name);
    for (const channel of this.channels()) remembered.set(channel.id, channel.name);
    for (const player of state.faceit.players) remembered.set(player.player_id, player.nickname);
  }

  channels() {
    return this.guild?.channels ?? [];
  }
  channel(id) {
    return this.channels().find((channel) => channel.id === id);
  }
  matches() {
    return [...this.state.faceit.matches].reverse();
  } // newest first
  isOver(match) {
    return ['FINISHED', 'CANCELLED', 'ABORTED'].includes(match.status);
  }

  name(id) {
    return remembered.get(id) ?? '…';
  }
  knows(id) {
    return remembered.has(id);
  }
  isBot(id) {
    return this.users.get(id)?.bot === true;
  }

  // Everybody whom the visitor can play: the server's members.
  people() {
    const members = new Set((this.guild?.members ?? []).map((member) => member.user.id));
    return this.state.discord.users.filter((user) => !user.bot && members.has(user.id));
  }

  // Channels as Discord shows them: those without a category first, then each category with its children.
  // Voice channels that the bot made stand apart, those of one match together.
  tree() {
    const inOrder = [...this.channels()].sort(
      (a, b) => (a.position ?? 0) - (b.position ?? 0) || (a.id < b.id ? -1 : 1),
    );
    const isVoice = (channel) => (channel.type === kind.voice ? 1 : 0);
    const isRoom = (channel) => channel.made_by_bot && channel.type === kind.voice;
    const group = (category) => {
      const inside = inOrder.filter(
        (channel) => channel.type !== kind.category && (channel.parent_id ?? null) === (category?.id ?? null),
      );
      return {
        category,
        children: inside.filter((one) => !isRoom(one)).sort((a, b) => isVoice(a) - isVoice(b)),
        rooms: this.byMatch(inside.filter(isRoom)),
      };
    };
    const categories = inOrder.filter((channel) => channel.type === kind.category);
    return [null, ...categories]
      .map(group)
      .filter((one) => one.category || one.children.length || one.rooms.length);
  }

  // Rooms are named after the beginning of a match's id and the team; what somebody renamed stands with other
  // such rooms.
  byMatch(rooms) {
    const matchOf = (room) => this.matches().find((match) => room.name.includes(match.match_id.slice(0, 8)));
    const groups = new Map();
    for (const room of rooms) groups.set(matchOf(room), [...(groups.get(matchOf(room)) ?? []), room]);
    const isSecond = (match, room) => (room.name.includes(match?.teams.faction2.name) ? 1 : 0);
    return [...groups].map(([match, of]) => of.sort((a, b) => isSecond(match, a) - isSecond(match, b)));
  }

  notInVoice() {
    return this.people().filter((user) => !this.voiceOf(user.id));
  }

  // Players of the ready-made world, the one on the bench last.
  players() {
    return [...this.demo.players, this.demo.substitute];
  }

  // Players who are in no match that goes on.
  freePlayers() {
    const busy = new Set(
      this.matches()
        .filter((match) => !this.isOver(match))
        .flatMap((match) => Object.values(match.teams).flatMap((team) => team.roster ?? []))
        .map((player) => player.player_id),
    );
    return this.players().filter((player) => !busy.has(player.player_id));
  }

  sitting(channel) {
    return channel.sitting ?? [];
  }

  voiceOf(user) {
    return this.channels().find((channel) => this.sitting(channel).includes(user));
  }

  overwrites(channel) {
    return channel.permission_overwrites ?? channel.overwrites ?? [];
  }

  isPrivate(channel) {
    return this.overwrites(channel).some(
      (one) => one.id === this.guild.id && (BigInt(one.deny) & viewChannel) !== 0n,
    );
  }

  // The people and roles whom a private channel lets in.
  admitted(channel) {
    return this.overwrites(channel)
      .filter((one) => one.id !== this.guild.id && (BigInt(one.allow) & viewChannel) !== 0n)
      .map((one) => ({ id: one.id, person: Number(one.type) === 1 }));
  }

  role(id) {
    return this.guild.roles.find((role) => role.id === id);
  }
  botRole() {
    return this.guild?.roles.find((role) => role.managed);
  }

  messages(channel) {
    return this.state.discord.messages.filter((message) => message.channel_id === channel);
  }

  interactions(channel, user) {
    return this.state.discord.interactions.filter(
      (one) => one.channel_id === channel && one.user_id === user,
    );
  }

  commands() {
    return this.state.discord.commands;
  }
  interaction(id) {
    return this.state.discord.interactions.find((one) => one.id === id);
  }

  userOfPlayer(playerId) {
    return this.players().find((player) => player.player_id === playerId)?.user_id;
  }
}
