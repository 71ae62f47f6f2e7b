// discord.js, unmodified except for one base URL, lives in our sandbox: logs in, sees the server, registers a
// command, answers it, moves a member, makes and deletes a channel. If the most used client is content, the
// sandbox speaks Discord and not a dialect of our own client.

import assert from "node:assert/strict";
import { once } from "node:events";
import test from "node:test";

import {
  ChannelType, Client, Events, GatewayIntentBits, MessageFlags, PermissionFlagsBits,
} from "discord.js";

import { FOREIGN, limits, until } from "../support/programs.mjs";
import { Sandbox } from "../support/sandbox.mjs";

let sandbox = null, client = null, guild = null;

test("it logs in", limits, async () => {
  sandbox = await Sandbox.start(`${FOREIGN}discordjs`);
  client = new Client({ intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
    rest: { api: `${sandbox.url}/discord/api` } });
  const ready = once(client, Events.ClientReady);
  await client.login(sandbox.demo.bot_token);
  await ready;
  guild = client.guilds.cache.get(sandbox.demo.guild_id);
});

test("it is the bot and sees the server with its channels", limits, () => {
  assert.equal(client.user.id, sandbox.demo.application_id);
  assert.equal(client.user.bot, true);
  assert.equal(guild.name, "Nordlys Community");
  assert.equal(guild.channels.cache.get(sandbox.demo.lobby_channel_id).type, ChannelType.GuildVoice);
});

test("it sees who sits in voice", limits, () => {
  for (const { user_id: id } of sandbox.demo.players) {
    assert.equal(guild.voiceStates.cache.get(id)?.channelId, sandbox.demo.lobby_channel_id);
  }
});

test("a command that it registers can be run, and the user sees its answer", limits, async () => {
  await client.application.commands.set([{ name: "echo", description: "Say it back",
    options: [{ type: 3, name: "words", description: "What to say", required: true }] }], guild.id);
  client.once(Events.InteractionCreate, async (interaction) => {
    await interaction.reply({ content: `You said ${interaction.options.getString("words")}`,
      flags: MessageFlags.Ephemeral });
  });
  const view = await sandbox.command(sandbox.demo.players[0].user_id, "echo", { words: "gg" });
  assert.equal(view.state, "answered");
  assert.equal(view.ephemeral, true);
  assert.equal(view.content, "You said gg");
});

test("a deferred answer with a button can be pressed", limits, async () => {
  client.once(Events.InteractionCreate, async (interaction) => {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply({ content: "Sure?",
      components: [{ type: 1, components: [{ type: 2, style: 1, label: "Yes", custom_id: "yes" }] }] });
  });
  const user = sandbox.demo.players[1].user_id;
  const view = await sandbox.command(user, "echo", { words: "x" });
  assert.equal(view.components[0].components[0].label, "Yes");

  client.once(Events.InteractionCreate,
    (interaction) => interaction.update({ content: "Done", components: [] }));
  await sandbox.control("POST", "/control/discord/component",
    { user_id: user, message_id: view.message_id, custom_id: "yes" });
  await until("the message was changed", async () => {
    const { discord } = await sandbox.state();
    return discord.messages.some(({ id, content }) => id === view.message_id && content === "Done");
  });
});

test("it makes a private channel, moves a member in, and deletes it", limits, async () => {
  const { user_id: user } = sandbox.demo.players[2];
  const channel = await guild.channels.create({ name: "Room 1", type: ChannelType.GuildVoice,
    parent: sandbox.demo.matches_category_id, reason: "a test of discord.js",
    permissionOverwrites: [{ id: guild.id, deny: [PermissionFlagsBits.ViewChannel] },
      { id: client.user.id, allow: [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.Connect] }] });
  const member = await guild.members.fetch(user);
  await member.voice.setChannel(channel);
  await until("discord.js saw the move", () => guild.voiceStates.cache.get(user)?.channelId === channel.id);
  assert.ok((await sandbox.sittingIn(channel.id)).includes(user));
  await channel.delete();
  assert.equal(await sandbox.sittingIn(channel.id), null);
});

test("messages with embeds are sent, edited and deleted", limits, async () => {
  const channel = await client.channels.fetch(sandbox.demo.match_alerts_channel_id);
  const message = await channel.send({ content: "Match is live",
    embeds: [{ title: "1-7f3c9e", color: 0x2ecc71 }], allowedMentions: { parse: [] } });
  await message.edit({ content: "Match is over" });
  assert.equal((await channel.messages.fetch({ message: message.id, force: true })).content, "Match is over");
  await message.delete();
});

test("it comes back by itself after its connection was dropped", limits, async () => {
  const resumed = Promise.race([once(client, Events.ShardResume), once(client, Events.ShardReady)]);
  await sandbox.control("POST", "/control/discord/gateway", { action: "drop" });
  await resumed;
});

test("it leaves, and the sandbox ends cleanly", limits, async () => {
  await client.destroy();
  assert.deepEqual(await sandbox.stop(), { code: 0, signal: null });
});
