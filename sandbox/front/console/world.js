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

  // Everybody whom the visitor can play.
  people() {
    return this.state.discord.users.filter((user) => !user.bot);
  }

  // Channels as Discord shows them: those without a category first, then each category with its children.
  tree() {
    const inOrder = [...this.channels()].sort(
      (a, b) => (a.position ?? 0) - (b.position ?? 0) || (a.id < b.id ? -1 : 1),
    );
    const isVoice = (channel) => (channel.type === kind.voice ? 1 : 0);
    const children = (parent) =>
      inOrder
        .filter((channel) => channel.type !== kind.category && (channel.parent_id ?? null) === parent)
        .sort((a, b) => isVoice(a) - isVoice(b));
    const groups = inOrder
      .filter((channel) => channel.type === kind.category)
      .map((category) => ({ category, children: children(category.id) }));
    return [{ category: null, children: children(null) }, ...groups].filter(
      (group) => group.category || group.children.length,
    );
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

  userOfPlayer(playerId) {
    return [...this.demo.players, this.demo.substitute].find((player) => player.player_id === playerId)
      ?.user_id;
  }
}
